"""What devices without a rider do: get out of the way, charge when it hurts least, go where wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from fleet.adapters.flow import assign as flow
from fleet.model.devices import Base
from fleet.personal.fences import LEAVE_S, metres
from fleet.personal.platoons import platoons
from fleet.personal.state import Device, DeviceMode, DeviceState

__all__ = ["Homing"]

LOW_SHARE = 0.35
FULL_SHARE = 0.95
LINGER_S = 300
"""A device that was left stays so long where it is: the next rider is often near."""
_WANTED_EACH = 2.0
_STAY_COST = 100_000
"""Metres no way in a zone has: a device stays only where no base has room that it can reach."""


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

    def moving_watched(self, now_s: int) -> int:
        """Remote operators' attention in use: platoons that move, not devices."""
        return len(platoons(self.state, now_s))

    def room(self, now_s: int) -> int:
        """How many more devices may set out before the operators' attention is used up."""
        most = self.state.service.devices_each * max(1, len(self.state.service.operators))
        return most - self.moving_watched(now_s)

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
            if share >= LOW_SHARE or device.mission_id or self.room(now_s) <= 0:
                continue
            free = [b for b in state.service.bases if points[b.id] > 0 and self._lets_in(b, now_s)]
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
            if not d.mission_id
            and (self._must_leave(d, now_s) or (now_s - d.since_s >= LINGER_S and not self._at_base(d)))
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
                    if self._gets_there(d, b) and self._lets_in(b, now_s)
                    else 2 * _STAY_COST
                    for b in bases
                ]
                for d in idle
            ],
            np.int64,
        )
        sent = []
        for device, place in zip(idle, flow(price, room, _STAY_COST).tolist(), strict=True):
            if place >= 0 and self.room(now_s) > 0:
                self._move(device, (bases[place].lat, bases[place].lon), now_s)
                sent.append(device.id)
        return sent

    def _must_leave(self, device: Device, now_s: int) -> bool:
        """Whether a fence by hour will soon forbid standing where it stands."""
        soon = now_s + LEAVE_S
        fences = self.state.fences
        return bool(fences.ruled_out(*device.position, soon)) and fences.clears_up(*device.position)

    def _lets_in(self, base: Base, now_s: int) -> bool:
        """Whether a device may stand at a base, now and when it has got there."""
        fences = self.state.fences
        return not any(fences.ruled_out(base.lat, base.lon, at_s) for at_s in (now_s, now_s + LEAVE_S))

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
