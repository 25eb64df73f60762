"""Which device goes to whom: all waiting missions against all free devices at once, again and again.

A pairing is changed only where everybody's promise still holds; the sum of arrival times is then least.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from fleet.kernels.assignment import assign
from fleet.model.devices import DeviceModel
from fleet.model.mission import DeviceRequest, Mission, MissionState
from fleet.personal.desk import AHEAD_S, Desk
from fleet.personal.ports import NO_WAY_M
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["Matching", "best_pairs"]

NEVER = 4_000_000
"""Cost of a pairing that is not allowed; sums of allowed ones stay far below."""
_GAIN_S = 60
"""A device turns round only where everybody together gains at least so much."""


def best_pairs(cost: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    """(row, column) of the cheapest assignment of any matrix; pairs that cost NEVER are left out.

    `cost` (rows, columns) in whole seconds, at most NEVER.
    """
    rows, columns = cost.shape
    n = max(rows, columns)
    square = np.full((n, n), NEVER, np.int32)
    square[:rows, :columns] = cost
    chosen = assign(square)
    return [(i, int(j)) for i, j in enumerate(chosen[:rows]) if j < columns and cost[i, j] < NEVER]


class Matching:
    """Pairs missions with devices. Safe to call from several threads."""

    def __init__(self, state: DeviceState, desk: Desk) -> None:
        self._state = state
        self._desk = desk

    def tick(self, now_s: int) -> int:
        """Give missions their devices, or better ones; how many changed. Call it each half minute."""
        state = self._state
        with state.lock:
            missions = [
                m for m in state.missions.values()
                if m.state is MissionState.CONFIRMED and m.meet_s - now_s <= AHEAD_S
            ]  # fmt: skip
            devices = [d for d in state.devices.values() if self._can_be_sent(d)]
            if not missions or not devices:
                self._give_up(missions, now_s)
                return 0
            cost = self._costs(missions, devices, now_s)
            pairs = self._pairs(missions, devices, cost, now_s)
            changed = self._apply(missions, devices, cost, pairs, now_s)
            self._give_up([state.missions[m.id] for m in missions], now_s)
            return changed

    def _can_be_sent(self, device: Device) -> bool:
        if device.mode is DeviceMode.COMING:
            return True
        free = device.mode in (DeviceMode.PARKED, DeviceMode.CHARGING, DeviceMode.MOVING)
        return free and not device.mission_id

    def _costs(self, missions: list[Mission], devices: list[Device], now_s: int) -> npt.NDArray[np.int32]:
        """Seconds until each could be met, lateness tenfold; NEVER where it cannot be."""
        ends = [(m.lat, m.lon) for m in missions]
        barred = self._state.fences.barred(now_s)
        ways = self._state.ways.metres([d.position for d in devices], ends, 10_000, barred).T
        speed = np.array([d.model.unmanned_kmh / 3.6 for d in devices])
        indoor = np.array([self._state.indoor_s(m.request.handover_id) for m in missions])[:, None]
        drive = ways / speed[None]
        arrive = now_s + drive + indoor
        due = np.array([m.meet_s for m in missions])[:, None]
        late = np.array([m.meet_until_s for m in missions])[:, None]
        row = {m.id: i for i, m in enumerate(missions)}
        held = np.zeros((len(missions), len(devices)), np.bool_)
        for j, device in enumerate(devices):
            if device.mission_id in row:
                held[row[device.mission_id], j] = True
        use_wh, fits = self._uses(missions, devices)
        need_wh = ways / 1000 * np.array([d.model.wh_per_km for d in devices])[None] + use_wh
        usable_wh = np.array([d.usable_wh for d in devices])[None]
        allowed = fits & (ways < NO_WAY_M) & (need_wh <= usable_wh) & ((arrive <= late) | held)
        cost = np.where(allowed, np.maximum(arrive - due, 0.0) * 10 + drive, NEVER)
        return np.asarray(np.minimum(np.round(cost), NEVER), np.int32)

    def _uses(
        self, missions: list[Mission], devices: list[Device]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Energy from the meeting on, and whether the model suits the rider; (missions, devices) both.

        Worked out for each model, of which there are few.
        """
        models = {d.model.id: d.model for d in devices}
        place = {identity: k for k, identity in enumerate(models)}
        wh = np.array(
            [[self._state.use_wh(x, m.request, (m.lat, m.lon)) for x in models.values()] for m in missions]
        )
        suits = np.array([[_suits(x, m.request) for x in models.values()] for m in missions])
        of = [place[d.model.id] for d in devices]
        return wh[:, of], suits[:, of]

    def _pairs(
        self, missions: list[Mission], devices: list[Device], cost: npt.NDArray[np.int32], now_s: int
    ) -> list[tuple[int, int]]:
        """The cheapest pairs, none of them late under the speed limits along its way.

        Limits are looked at only for pairs that would be made: `cost` gets NEVER where they forbid one.
        """
        while True:
            pairs = best_pairs(cost)
            late = [
                (i, j) for i, j in pairs
                if devices[j].mission_id != missions[i].id and self._late(devices[j], missions[i], now_s)
            ]  # fmt: skip
            if not late:
                return pairs
            for i, j in late:
                cost[i, j] = NEVER

    def _late(self, device: Device, mission: Mission, now_s: int) -> bool:
        state = self._state
        line = state.ways.line(device.position, (mission.lat, mission.lon), state.fences.barred(now_s))
        drive_s = state.fences.seconds(line, device.model.unmanned_kmh, now_s)
        return now_s + drive_s + state.indoor_s(mission.request.handover_id) > mission.meet_until_s

    def _apply(
        self,
        missions: list[Mission],
        devices: list[Device],
        cost: npt.NDArray[np.int32],
        pairs: list[tuple[int, int]],
        now_s: int,
    ) -> int:
        """Take the new pairing if it serves more missions, or the same ones clearly sooner."""
        index = {d.id: j for j, d in enumerate(devices)}
        old = [(i, index[m.device_id]) for i, m in enumerate(missions) if m.device_id in index]
        gain = sum(float(cost[i, j]) for i, j in old) - sum(float(cost[i, j]) for i, j in pairs)
        if len(pairs) < len(old) or (len(pairs) == len(old) and gain < _GAIN_S):
            return 0
        after = {missions[i].id: devices[j].id for i, j in pairs}
        changed = [
            msgspec.structs.replace(m, device_id=after.get(m.id, ""), version=m.version + 1)
            for m in missions
            if after.get(m.id, "") != m.device_id
        ]
        if changed:
            self._state.journal.save(changed)  # all or none, before any device is told
        for mission in changed:
            old_device = self._state.devices.get(self._state.missions[mission.id].device_id)
            if old_device is not None:
                old_device.mission_id, old_device.goal = "", None
                if old_device.mode is DeviceMode.COMING:
                    old_device.become(DeviceMode.PARKED, now_s)
            self._state.missions[mission.id] = mission
        sent = [mission for mission in changed if mission.device_id]
        for mission in sent:
            self._desk.send(self._state.devices[mission.device_id], mission, now_s)
        return len(sent)

    def _give_up(self, missions: list[Mission], now_s: int) -> None:
        """A mission that nobody can reach any more is broken, and its rider told."""
        for mission in missions:
            if not mission.device_id and now_s > mission.meet_until_s:
                self._desk.end(mission, MissionState.BROKEN, now_s, "no device could come")


def _suits(model: DeviceModel, request: DeviceRequest) -> bool:
    return model.kind == request.kind and (request.age is None or request.age >= model.minimum_age)
