"""Which device goes to whom: all waiting missions against all free devices at once, again and again.

A pairing is changed only where everybody's promise still holds; the sum of arrival times is then least.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleet.kernels.assignment import assign
from fleet.model.mission import Mission, MissionState
from fleet.personal.desk import AHEAD_S, Desk
from fleet.personal.ports import NO_WAY_M
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["Matching", "best_pairs"]

NEVER = 4_000_000
"""Cost of a pairing that is not allowed; sums of allowed ones stay far below."""
_GAIN_S = 60
"""A device turns round only where everybody together gains at least so much."""


def best_pairs(cost: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """(row, column) of the cheapest assignment of any matrix; pairs that cost NEVER are left out."""
    rows, columns = cost.shape
    n = max(rows, columns)
    square = np.full((n, n), NEVER, np.float32)
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
            pairs = best_pairs(cost)
            changed = self._apply(missions, devices, cost, pairs, now_s)
            self._give_up([m for m in missions if not state.missions[m.id].device_id], now_s)
            return changed

    def _can_be_sent(self, device: Device) -> bool:
        if device.mode is DeviceMode.COMING:
            return True
        free = device.mode in (DeviceMode.PARKED, DeviceMode.CHARGING, DeviceMode.MOVING)
        return free and not device.mission_id

    def _costs(self, missions: list[Mission], devices: list[Device], now_s: int) -> npt.NDArray[np.float32]:
        """Seconds until each could be met, lateness tenfold; NEVER where it cannot be."""
        ends = [(m.lat, m.lon) for m in missions]
        ways = self._state.ways.metres([d.position for d in devices], ends, 10_000).T
        speed = np.array([d.model.unmanned_kmh / 3.6 for d in devices])
        arrive = now_s + ways / speed[None]
        due = np.array([m.meet_s for m in missions])[:, None]
        late = np.array([m.meet_until_s for m in missions])[:, None]
        cost = np.maximum(arrive - due, 0.0) * 10 + ways / speed[None]
        for i, mission in enumerate(missions):
            for j, device in enumerate(devices):
                held = device.mission_id == mission.id
                fits = device.model.kind == mission.request.kind and (
                    mission.request.age is None or mission.request.age >= device.model.minimum_age
                )
                way_m = float(ways[i, j])
                need = way_m / 1000 * device.model.wh_per_km + self._state.home_wh(
                    device, mission.lat, mission.lon
                )
                in_time = arrive[i, j] <= late[i, 0] or held
                if not fits or way_m >= NO_WAY_M or need > device.usable_wh or not in_time:
                    cost[i, j] = NEVER
        return np.asarray(np.minimum(np.round(cost), NEVER), np.float32)

    def _apply(
        self,
        missions: list[Mission],
        devices: list[Device],
        cost: npt.NDArray[np.float32],
        pairs: list[tuple[int, int]],
        now_s: int,
    ) -> int:
        """Take the new pairing if it serves more missions, or the same ones clearly sooner."""
        index = {d.id: j for j, d in enumerate(devices)}
        old = [(i, index[m.device_id]) for i, m in enumerate(missions) if m.device_id in index]
        gain = sum(float(cost[i, j]) for i, j in old) - sum(float(cost[i, j]) for i, j in pairs)
        if len(pairs) < len(old) or (len(pairs) == len(old) and gain < _GAIN_S):
            return 0
        fresh = [(i, j) for i, j in pairs if missions[i].device_id != devices[j].id]
        for i, _ in fresh:
            device = self._state.devices.get(missions[i].device_id)
            if device is not None:
                device.mission_id, device.goal = "", None
                if device.mode is DeviceMode.COMING:
                    device.become(DeviceMode.PARKED, now_s)
        for i, j in fresh:
            mission, device = missions[i], devices[j]
            if device.mission_id and device.mission_id != mission.id:
                self._state.missions[device.mission_id].device_id = ""
                device.mission_id = ""
                if device.mode is DeviceMode.COMING:
                    device.become(DeviceMode.PARKED, now_s)
            mission.device_id = device.id
            mission.version += 1
            self._state.journal.save([mission])
            self._desk.send(device, mission, now_s)
        return len(fresh)

    def _give_up(self, missions: list[Mission], now_s: int) -> None:
        """A mission that nobody can reach any more is broken, and its rider told."""
        for mission in missions:
            if not mission.device_id and now_s > mission.meet_until_s:
                self._desk.end(mission, MissionState.BROKEN, now_s, "no device could come")
