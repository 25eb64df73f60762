"""Devices that move on the pavements and riders that use them, under whatever clock drives it.

The desk is the same that a server runs; this only plays what happens outside: driving, meeting, riding,
leaving the device somewhere, and now and then a mishap. The same seed gives the same day.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fleet.errors import Conflict
from fleet.model.mission import DeviceOffer, DeviceRequest, MissionState
from fleet.personal.fences import metres
from fleet.personal.personal import Personal
from fleet.personal.ports import Position
from fleet.personal.state import Device, DeviceMode

__all__ = ["DeviceTwin"]

STEP_S = 5
_MINUTE_S = 60
_MEET_S = 40
"""A rider at the meeting point takes so long to get on."""


@dataclass(slots=True)
class _Trip:
    """A device under way along a line."""

    line: list[Position]
    seconds: int
    begun_s: int
    ridden: bool
    kmh: float


@dataclass(slots=True)
class DeviceTwin:
    """Plays a zone's devices; `open` first, then `run_until` again and again."""

    personal: Personal
    wishes: list[DeviceRequest] = field(default_factory=list)
    seed: int = 0
    mishaps_per_day: float = 0.0
    now_s: int = 0
    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    waits_s: list[int] = field(default_factory=list)
    unmanned_m: float = 0.0
    ridden_m: float = 0.0
    energy_wh: float = 0.0
    _trips: dict[str, _Trip] = field(default_factory=dict)
    _due: dict[str, int] = field(default_factory=dict)  # mission -> when its rider acts next
    _asked_s: dict[str, int] = field(default_factory=dict)
    _random: np.random.Generator = field(default_factory=np.random.default_rng)
    _minute_s: int = 0
    _next_wish: int = 0

    def open(self, start_s: int) -> None:
        """Begin the day."""
        self.now_s = self._minute_s = start_s
        self._random = np.random.default_rng([self.seed, 5])
        self.wishes.sort(key=lambda wish: wish.at_s)

    def ask(self, wishes: list[DeviceRequest]) -> None:
        """More riders, from now on."""
        rest = self.wishes[self._next_wish :]
        self.wishes, self._next_wish = sorted([*rest, *wishes], key=lambda wish: wish.at_s), 0

    def run_until(self, until_s: int) -> None:
        """Let everything happen that is due before `until_s`, in steps of a few seconds."""
        while self.now_s + STEP_S <= until_s:
            self.now_s += STEP_S
            with self.personal.state.lock:
                self._step()

    def figures(self) -> dict[str, Any]:
        """Key figures of the devices; times are seconds."""
        missions = list(self.personal.state.missions.values())
        waits = np.array(self.waits_s or [0])
        states = Counter(m.state.value for m in missions)
        return {
            "asked": self.asked,
            "served": states[MissionState.COMPLETED],
            "refused": dict(sorted(self.refused.items())),
            "broken": states[MissionState.BROKEN],
            "open": sum(m.state.open for m in missions),
            "waiting_s": {"p50": float(np.percentile(waits, 50)), "p95": float(np.percentile(waits, 95))},
            "late": sum(m.met_s > m.meet_until_s for m in missions),
            "unmanned_km": round(self.unmanned_m / 1000, 1),
            "ridden_km": round(self.ridden_m / 1000, 1),
            "energy_kwh": round(self.energy_wh / 1000, 2),
            "incidents": len(self.personal.incidents.all),
        }

    def _step(self) -> None:
        now_s = self.now_s
        while self._next_wish < len(self.wishes) and self.wishes[self._next_wish].at_s <= now_s:
            self._wish(self.wishes[self._next_wish])
            self._next_wish += 1
        for device in self.personal.state.devices.values():
            self._move(device)
        for mission_id, at_s in list(self._due.items()):
            if at_s <= now_s:
                del self._due[mission_id]
                self._act(mission_id)
        if now_s - self._minute_s >= _MINUTE_S:
            self._minute_s = now_s
            self._mishap()
            self.personal.direct(now_s)

    def _wish(self, wish: DeviceRequest) -> None:
        self.asked += 1
        answer = self.personal.quote(wish, self.now_s)
        if not isinstance(answer, DeviceOffer):
            self.refused[answer.reason] += 1
            return
        self.personal.desk.confirm(answer.mission_id, self.now_s)
        self._asked_s[answer.mission_id] = self.now_s

    def _move(self, device: Device) -> None:
        """Charge what charges, drive what drives."""
        if device.mode is DeviceMode.CHARGING:
            gained = device.base.power_w * STEP_S / 3600 if device.base.power_w else 0.0
            device.charge_wh = min(device.model.battery_wh, device.charge_wh + gained)
        unmanned = device.mode in (DeviceMode.COMING, DeviceMode.MOVING) and device.goal is not None
        trip = self._trips.get(device.id)
        if unmanned and device.goal is not None:
            trip = self._unmanned(device, device.goal, trip)
        if trip is None:
            return
        if not unmanned and not trip.ridden:
            del self._trips[device.id]
            return
        share = min(1.0, (self.now_s - trip.begun_s) / max(trip.seconds, 1))
        before = device.position
        device.lat, device.lon = _along(trip.line, share)
        self._spend(device, metres(*before, *device.position), trip.ridden)
        if share >= 1.0:
            del self._trips[device.id]
            if not trip.ridden:
                mission = self.personal.desk.arrived(device.id, self.now_s)
                if mission is not None:
                    self._met(mission.id)

    def _unmanned(self, device: Device, goal: Position, trip: _Trip | None) -> _Trip:
        """The drive to a goal, begun anew from here where goal or pace have changed."""
        kmh = device.unmanned_kmh
        if trip is not None and trip.line[-1] == goal and trip.kmh == kmh:
            return trip
        state = self.personal.state
        barred = state.fences.barred(self.now_s, leaving=device.position)
        line = state.ways.line(device.position, goal, barred) or [device.position]
        line = [*line, goal] if line[-1] != goal else line
        seconds = state.fences.seconds(line, kmh, self.now_s)
        trip = self._trips[device.id] = _Trip(line, seconds, self.now_s, False, kmh)
        return trip

    def _spend(self, device: Device, far_m: float, ridden: bool) -> None:
        used = far_m / 1000 * device.model.wh_per_km
        device.charge_wh = max(0.0, device.charge_wh - used)
        self.energy_wh += used
        if ridden:
            self.ridden_m += far_m
        else:
            self.unmanned_m += far_m

    def _met(self, mission_id: str) -> None:
        mission = self.personal.state.missions[mission_id]
        self.waits_s.append(max(0, self.now_s - max(mission.request.at_s, self._asked_s.get(mission_id, 0))))
        self._due[mission_id] = max(self.now_s, mission.request.at_s) + _MEET_S

    def _act(self, mission_id: str) -> None:
        """The rider gets on, or off."""
        state = self.personal.state
        mission = state.missions[mission_id]
        if mission.state is MissionState.WAITING:
            self.personal.desk.unlock(mission_id, mission.code, self.now_s)
            device = state.device(mission.device_id)
            request = mission.request
            to = device.position
            if request.to_lat is not None and request.to_lon is not None:
                to = (request.to_lat, request.to_lon)
            line = state.ways.line(device.position, to, state.fences.barred(self.now_s)) or [device.position]
            kmh = device.model.ridden_kmh
            seconds = max(state.fences.seconds(line, kmh, self.now_s), 60)
            self._trips[device.id] = _Trip(line, seconds, self.now_s, True, kmh)
            self._due[mission_id] = self.now_s + max(seconds, request.use_s) + STEP_S
        elif mission.state is MissionState.IN_USE:
            self._leave(mission_id)

    def _leave(self, mission_id: str) -> None:
        state = self.personal.state
        mission = state.missions[mission_id]
        device = state.device(mission.device_id)
        try:
            self.personal.desk.release(mission_id, device.lat, device.lon, self.now_s)
        except Conflict:
            others = state.standing(but=device.id)
            better = state.fences.nearest_parking(device.lat, device.lon, others, self.now_s)
            if better is None:
                self._due[mission_id] = self.now_s + _MINUTE_S
                return
            self.personal.desk.release(mission_id, *better[1], self.now_s)

    def _mishap(self) -> None:
        """Something happens to a moving device; a person sees to it a while later."""
        incidents = self.personal.incidents
        operators = self.personal.state.service.operators
        for one in incidents.queue():
            if self.now_s - one.raised_s >= 10 * _MINUTE_S and operators:
                incidents.take(one.id, operators[0])
                incidents.resolve(one.id, operators[0], f"{one.cause}: seen to", self.now_s)
        if self._random.random() < self.mishaps_per_day / (24 * 60):
            moving = [d for d in self.personal.state.devices.values() if d.mode is DeviceMode.MOVING]
            if moving:
                device = moving[int(self._random.integers(len(moving)))]
                cause = str(self._random.choice(["fallen", "stuck", "suspicious_object"]))
                incidents.report(device.id, cause, self.now_s)


def _along(line: list[Position], share: float) -> Position:
    """The point at a share of a line's length."""
    steps = [metres(*a, *b) for a, b in itertools.pairwise(line)]
    rest = share * sum(steps)
    for (a, b), step in zip(itertools.pairwise(line), steps, strict=True):
        if rest <= step and step > 0:
            part = rest / step
            return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])
        rest -= step
    return line[-1]
