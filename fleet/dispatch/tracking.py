"""Turns what vehicles say into what the dispatcher reckons with: where each can next be sent elsewhere.

A vehicle between two locations can be redirected at the next one on its way, so that is its origin in the
plan; it has arrived when it stands at the stop of its first task, and is done there when it leaves.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import cos, hypot, radians

import numpy as np

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.operations import Operations
from fleet.dispatch.reasons import Reason
from fleet.dispatch.supervision import ControlRoom
from fleet.vehicles.telemetry import Autonomy, Doors, Kind, LiveState

__all__ = ["Tracker"]

M_PER_DEG = 111_320.0
AT_STOP_M = 40.0
LEFT_STOP_M = 60.0
STANDING_M_S = 0.5
_AWAY_SPEED_M_S = 4.0
_STAYS_S = 15
"""A vehicle whose boarding takes longer than planned is planned to stay so much longer, again and again."""


@dataclass(slots=True)
class Tracker:
    """A listener of the intake that keeps the plans of real vehicles true."""

    state: FleetState
    operations: Operations
    control: ControlRoom

    def heard(self, before: LiveState | None, after: LiveState) -> None:
        """Take a vehicle's new state in."""
        if after.kind is not Kind.VEHICLE or after.id not in self.state.plans.index:
            return
        with self.state.lock:
            self._battery(after)
            self._help(before, after)
            if after.lat is not None and after.lon is not None:
                self._moved(after, after.lat, after.lon)

    def _battery(self, after: LiveState) -> None:
        if after.battery is not None:
            duty = self.state.duty(after.id)
            self.state.set_charge(self.state.plans.vehicle(after.id), after.battery * duty.model.battery_wh)

    def _help(self, before: LiveState | None, after: LiveState) -> None:
        """A minimal-risk stop, or a fault, calls a person."""
        now_s = int(after.at_s)
        risk = after.autonomy is Autonomy.MINIMAL_RISK
        if risk and (before is None or before.autonomy is not Autonomy.MINIMAL_RISK):
            cause = after.faults[0] if after.faults else Reason.MINIMAL_RISK.value
            if self.state.duty(after.id).mode is not Mode.STOPPED:
                self.control.stop(after.id, cause, now_s)
        for fault in after.faults:
            if before is None or fault not in before.faults:
                self.control.raise_alarm(after.id, fault, 1 if risk else 3, now_s)

    def _moved(self, after: LiveState, lat: float, lon: float) -> None:
        state, now_s = self.state, int(after.at_s)
        v = state.plans.vehicle(after.id)
        duty, board = state.duties[v], state.plans.board
        tasks = state.plans.tasks(v)
        standing = (after.speed_m_s or 0.0) <= STANDING_M_S
        if duty.at_stop and tasks:
            if self._stays(after, v, self._far_m(lat, lon, tasks[0].location), now_s):
                return
            tasks = state.plans.tasks(v)
        if tasks and standing and self._far_m(lat, lon, tasks[0].location) <= AT_STOP_M:
            self.operations.position(after.id, tasks[0].location, now_s, now_s)
            self.operations.arrived(after.id, now_s)
            return
        target = tasks[0].location if tasks else duty.target
        ahead, at_s = self._ahead(int(board.origin_loc[v]), target, lat, lon, now_s)
        self.operations.position(after.id, ahead, at_s, now_s)

    def _stays(self, after: LiveState, v: int, far_m: float, now_s: int) -> bool:
        """Whether it is still at its stop; if it has gone, everything that was due there is done."""
        state = self.state
        tasks = state.plans.tasks(v)
        if far_m < LEFT_STOP_M or after.doors is Doors.OPEN:
            first = tasks[0]
            if first.start_s + first.dwell_s < now_s:
                self.operations.lingers(after.id, now_s + _STAYS_S, now_s)
            return True
        here = tasks[0].location
        for task in tasks:
            if task.location != here or task.early_s > now_s:
                break
            self.operations.done(after.id, now_s)
        state.duties[v].at_stop = False
        state.plans.board.fixed[v] = 0
        return False

    def _ahead(self, start: int, target: int, lat: float, lon: float, now_s: int) -> tuple[int, int]:
        """The next location on the way from `start` to `target`, and when the vehicle is there.

        Off that way, or without a target, it is the nearest location.
        """
        state = self.state
        if target >= 0 and target != start:
            way = state.ways.via(start, target)
            best: tuple[float, int, float] | None = None  # off the line, end of the piece, share of it
            for a, b in itertools.pairwise(way):
                off_m, share = _along(state.ways.line(a, b), lat, lon)
                rest_s = (1.0 - share) * float(state.matrix.seconds[a, b])
                if best is None or off_m < best[0]:
                    best = (off_m, b, rest_s)
            if best is not None and best[0] <= 2 * AT_STOP_M:
                return best[1], now_s + int(best[2] + 0.5)
        far = np.hypot(state.ways.lat - lat, (state.ways.lon - lon) * cos(radians(lat))) * M_PER_DEG
        nearest = int(np.argmin(far))
        return nearest, now_s + int(float(far[nearest]) / _AWAY_SPEED_M_S)

    def _far_m(self, lat: float, lon: float, location: int) -> float:
        ways = self.state.ways
        return _metres(lat, lon, float(ways.lat[location]), float(ways.lon[location]))


def _metres(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    return hypot(lat_to - lat, (lon_to - lon) * cos(radians(lat))) * M_PER_DEG


def _along(line: list[tuple[float, float]], lat: float, lon: float) -> tuple[float, float]:
    """Metres off a line, and the share of its length at the nearest point."""
    east = cos(radians(lat)) * M_PER_DEG
    points = np.array([((b - lon) * east, (a - lat) * M_PER_DEG) for a, b in line])
    if len(points) == 1:
        return float(np.hypot(*points[0])), 0.0
    start, step = points[:-1], np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    share = np.clip(-(start * step).sum(axis=1) / np.maximum(length**2, 1e-9), 0.0, 1.0)
    off = np.hypot(*(start + share[:, None] * step).T)
    k = int(np.argmin(off))
    before = float(length[:k].sum()) + float(share[k] * length[k])
    return float(off[k]), before / max(float(length.sum()), 1e-9)
