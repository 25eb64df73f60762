"""What devices without a rider do: get out of the way, charge when it hurts least, go where they are wanted.

Unmanned devices that go the same way follow one another as a platoon, which one remote operator watches as
if it were a single device.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from fleet.adapters.flow import assign as flow
from fleet.model.devices import Base
from fleet.personal.fences import metres
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["Homing", "Platoon", "platoons"]

LOW_SHARE = 0.35
FULL_SHARE = 0.95
LINGER_S = 300
"""A device that was left stays so long where it is: the next rider is often near."""
_JOIN_M = 30.0
_WANTED_EACH = 2.0
_STAY_COST = 100_000
"""Metres no way in a zone has: a device stays only where no base has room that it can reach."""


@dataclass(frozen=True, slots=True)
class Platoon:
    """Devices that follow a leader to the same place; the slowest sets the pace."""

    leader: str
    followers: tuple[str, ...]
    unmanned_kmh: float


def platoons(devices: list[Device]) -> list[Platoon]:
    """Moving unmanned devices grouped by goal and by being near one another."""
    groups: list[list[Device]] = []
    for device in sorted(devices, key=lambda d: d.id):
        if device.mode not in (DeviceMode.COMING, DeviceMode.MOVING) or device.goal is None:
            continue
        for group in groups:
            head = group[0]
            near = metres(*head.position, *device.position) <= _JOIN_M * len(group)
            if near and head.goal is not None and metres(*head.goal, *device.goal) <= _JOIN_M:
                group.append(device)
                break
        else:
            groups.append([device])
    return [
        Platoon(g[0].id, tuple(d.id for d in g[1:]), min(d.model.unmanned_kmh for d in g)) for g in groups
    ]


@dataclass(slots=True)
class Homing:
    """Directs devices that nobody rides. Safe to call from several threads."""

    state: DeviceState
    _asked: dict[tuple[int, int, str], float] = field(default_factory=dict)  # weekday, hour, base -> wishes

    def seen(self, lat: float, lon: float, now_s: int) -> None:
        """Somebody asked for a device here."""
        day, hour = self._hour(now_s)
        key = (day, hour, self._base_near(lat, lon))
        self._asked[key] = self._asked.get(key, 0.0) + 0.3

    def expected(self, now_s: int) -> dict[str, float]:
        """Wishes expected near each base within this hour and the next."""
        day, hour = self._hour(now_s)
        later = ((day + (hour == 23)) % 7, (hour + 1) % 24)
        return {
            base.id: max(self._asked.get((day, hour, base.id), 0.0), self._asked.get((*later, base.id), 0.0))
            for base in self.state.service.bases
        }

    def moving_watched(self) -> int:
        """Remote operators' attention in use: platoons that move, not devices."""
        return len(platoons(list(self.state.devices.values())))

    def room(self) -> int:
        """How many more devices may set out before the operators' attention is used up."""
        most = self.state.service.devices_each * max(1, len(self.state.service.operators))
        return most - self.moving_watched()

    def direct(self, now_s: int) -> list[str]:
        """Send devices to charge, out of the way, or to where they will be wanted; which they are."""
        state = self.state
        with state.lock:
            self._full(now_s)
            sent = self._charge(now_s)
            return sent + self._spread(now_s)

    def _full(self, now_s: int) -> None:
        for device in state_of(self.state, DeviceMode.CHARGING):
            if device.charge_wh >= FULL_SHARE * device.model.battery_wh:
                device.become(DeviceMode.PARKED, now_s)

    def _charge(self, now_s: int) -> list[str]:
        """The emptiest first, to the nearest base with a free point."""
        state = self.state
        points = {b.id: b.points for b in state.service.bases}
        for device in state.devices.values():
            bound = device.mode is DeviceMode.CHARGING or device.mode is DeviceMode.MOVING
            spot = device.goal if device.mode is DeviceMode.MOVING else device.position
            if bound and spot is not None:
                points[self._base_near(*spot)] -= 1
        sent = []
        for device in sorted(state_of(state, DeviceMode.PARKED), key=lambda d: d.charge_wh):
            share = device.charge_wh / device.model.battery_wh
            if share >= LOW_SHARE or device.mission_id or self.room() <= 0:
                continue
            free = [b for b in state.service.bases if points[b.id] > 0]
            if not free:
                break
            base = min(free, key=lambda b: metres(*device.position, b.lat, b.lon))
            points[base.id] -= 1
            if metres(*device.position, base.lat, base.lon) < 15:
                device.become(DeviceMode.CHARGING, now_s)
            else:
                self._move(device, (base.lat, base.lon), now_s)
            sent.append(device.id)
        return sent

    def _spread(self, now_s: int) -> list[str]:
        """Left devices to the bases that expect riders, each move paid for with its way: min-cost flow."""
        state = self.state
        idle = [
            d for d in state_of(state, DeviceMode.PARKED)
            if not d.mission_id and now_s - d.since_s >= LINGER_S and not self._at_base(d)
        ]  # fmt: skip
        bases = state.service.bases
        if not idle:
            return []
        wanted = self.expected(now_s)
        standing = {b.id: 0 for b in bases}
        for device in state.devices.values():
            if device.mode in (DeviceMode.PARKED, DeviceMode.CHARGING) and self._at_base(device):
                standing[self._base_near(*device.position)] += 1
        room = np.array([max(0, b.capacity - standing[b.id]) for b in bases], np.int64)
        price = np.array(
            [
                [
                    int(metres(*d.position, b.lat, b.lon) - 300 * min(3.0, wanted[b.id] / _WANTED_EACH))
                    if self._gets_there(d, b)
                    else 2 * _STAY_COST
                    for b in bases
                ]
                for d in idle
            ],
            np.int64,
        )
        sent = []
        for device, place in zip(idle, flow(price, room, _STAY_COST).tolist(), strict=True):
            if place >= 0 and self.room() > 0:
                self._move(device, (bases[place].lat, bases[place].lon), now_s)
                sent.append(device.id)
        return sent

    def _gets_there(self, device: Device, base: Base) -> bool:
        """Whether it has the energy to go to a base and from there to a charger, above its reserve."""
        way_wh = metres(*device.position, base.lat, base.lon) * 1.33 / 1000 * device.model.wh_per_km
        return way_wh + self.state.home_wh(device.model, base.lat, base.lon) <= device.usable_wh

    def _move(self, device: Device, goal: tuple[float, float], now_s: int) -> None:
        device.goal = goal
        device.become(DeviceMode.MOVING, now_s)
        self.state.tell("device", device.id, now_s)

    def _at_base(self, device: Device) -> bool:
        return any(metres(*device.position, b.lat, b.lon) < 15 for b in self.state.service.bases)

    def _base_near(self, lat: float, lon: float) -> str:
        return min(self.state.service.bases, key=lambda b: metres(lat, lon, b.lat, b.lon)).id

    def _hour(self, now_s: int) -> tuple[int, int]:
        moment = datetime.fromtimestamp(now_s, ZoneInfo(self.state.service.timezone))
        return moment.weekday(), moment.hour


def state_of(state: DeviceState, mode: DeviceMode) -> list[Device]:
    """The devices in a mode, by id."""
    return [device for _, device in sorted(state.devices.items()) if device.mode is mode]
