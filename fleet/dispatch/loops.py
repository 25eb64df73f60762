"""Fixed loops run by on-demand vehicles: each round is a chain of timed visits in somebody's plan.

A visit binds the vehicle to be at a loop's stop by the clock; between two of them it may still take and set
down riders wherever there is time, and a rider from one loop stop to another costs it no detour. So one
fleet serves the timetable and the wishes, and insertion needs no rule of its own for either.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.hours import OpeningHours, service_day_start_s
from fleet.model.service import LoopLine, clock_s

__all__ = ["Loops", "Round"]

HORIZON_S = 5400
"""Rounds are given to a vehicle so long before they begin."""
LATE_S = 120
"""A loop's vehicle may be so much later than its timetable; never earlier."""


@dataclass(slots=True)
class Round:
    """One run of a loop; `times` are epoch seconds at its stops."""

    line: str
    stops: tuple[int, ...]  # locations
    times: tuple[int, ...]
    vehicle_id: str = ""  # empty: nobody has it yet

    @property
    def id(self) -> str:
        """Line and start."""
        return f"{self.line}@{self.times[0]}"


@dataclass(slots=True)
class Loops:
    """Gives rounds to vehicles, and to others when theirs fails. Safe to call from several threads."""

    state: FleetState
    rounds: dict[str, Round] = field(default_factory=dict)  # those that are not over
    missed: list[Round] = field(default_factory=list)
    _until_s: int = 0

    def tick(self, now_s: int) -> list[Round]:
        """Lay out the rounds that begin soon; those that changed hands. Call it each minute."""
        state = self.state
        with state.lock:
            if self._until_s == 0:
                self._until_s = now_s
            for one in self._between(self._until_s, now_s + HORIZON_S):
                self.rounds.setdefault(one.id, one)
            self._until_s = max(self._until_s, now_s + HORIZON_S)
            given = []
            for one in sorted(self.rounds.values(), key=lambda r: r.times[0]):
                if one.vehicle_id and not self._runs(one, now_s):
                    self._take_back(one)
                if not one.vehicle_id and not state.suspended and self._give(one, now_s):
                    given.append(one)
                if one.times[-1] + LATE_S < now_s or (not one.vehicle_id and one.times[0] + LATE_S < now_s):
                    del self.rounds[one.id]
                    if not one.vehicle_id:
                        self.missed.append(one)
            return given

    def timetable(self, day: date) -> list[Round]:
        """Every round of a service day, as the public timetable has it."""
        start = service_day_start_s(day, ZoneInfo(self.state.service.timezone))
        return self._between(start, start + 86_400)

    def of_vehicle(self, vehicle_id: str) -> list[Round]:
        """The rounds that a vehicle has."""
        return [r for r in self.rounds.values() if r.vehicle_id == vehicle_id]

    def _between(self, from_s: int, until_s: int) -> list[Round]:
        zone = ZoneInfo(self.state.service.timezone)
        hours = OpeningHours(self.state.service)
        found = []
        day = datetime.fromtimestamp(from_s, zone).date() - timedelta(days=1)
        while (start := service_day_start_s(day, zone)) < until_s:
            for line in self.state.service.loops:
                starts = range(start + clock_s(line.first), start + clock_s(line.last) + 1, line.every_s)
                starts_due = [at for at in starts if from_s <= at < until_s and hours.is_open(at)]
                found += [self._round(line, at) for at in starts_due]
            day += timedelta(days=1)
        return sorted(found, key=lambda r: (r.times[0], r.line))

    def _round(self, line: LoopLine, at_s: int) -> Round:
        stops = tuple(self.state.stop_location(stop) for stop in line.stops)
        times = [at_s]
        for a, b in itertools.pairwise(stops):
            times.append(times[-1] + line.dwell_s + int(self.state.matrix.seconds[a, b]))
        return Round(line.id, stops, tuple(times))

    def _runs(self, one: Round, now_s: int) -> bool:
        """Whether its vehicle still serves, or the round has begun."""
        return self.state.duty(one.vehicle_id).mode is Mode.SERVICE or one.times[0] <= now_s

    def _give(self, one: Round, now_s: int) -> bool:
        """To the vehicle whose plan it lengthens least, where it makes nothing late."""
        state = self.state
        dwell_s = next(line.dwell_s for line in state.service.loops if line.id == one.line)
        best: tuple[int, int, int] | None = None
        for v, duty in enumerate(state.duties):
            if duty.mode is not Mode.SERVICE or state.plans.lateness(v):
                continue
            before = self._driving_s(v)
            for slot in range(int(state.plans.board.fixed[v]), int(state.plans.board.size[v]) + 1):
                fits = self._put(one, v, slot, dwell_s)
                cost = self._driving_s(v) - before
                self._pull(v, slot, len(one.stops))
                if fits and (best is None or cost < best[0]):
                    best = (cost, v, slot)
        if best is None:
            return False
        _, v, slot = best
        self._put(one, v, slot, dwell_s)
        one.vehicle_id = state.duties[v].id
        state.duties[v].target = -1
        state.tell("vehicle", one.vehicle_id, now_s)
        return True

    def _put(self, one: Round, v: int, slot: int, dwell_s: int) -> bool:
        """Put the visits after `slot`; whether everything is in time then, energy included."""
        plans, board = self.state.plans, self.state.plans.board
        late = 0
        for k, (stop, at) in enumerate(zip(one.stops, one.times, strict=True)):
            late = plans.visit(v, stop, at, at + LATE_S, dwell_s, slot + k)
        return late == 0 and bool(board.needed_wh[v] <= board.usable_wh[v])

    def _pull(self, v: int, slot: int, count: int) -> None:
        for _ in range(count):
            self.state.plans.drop_slot(v, slot + 1)

    def _take_back(self, one: Round) -> None:
        """Take what is left of a round out of a plan that will not run it."""
        plans = self.state.plans
        v = plans.vehicle(one.vehicle_id)
        due = set(zip(one.stops, one.times, strict=True))
        for k in range(len(tasks := plans.tasks(v)), 0, -1):
            if tasks[k - 1].kind == "visit" and (tasks[k - 1].location, tasks[k - 1].early_s) in due:
                plans.drop_slot(v, k)
        one.vehicle_id = ""

    def _driving_s(self, v: int) -> int:
        board, seconds = self.state.plans.board, self.state.matrix.seconds
        way = [int(board.origin_loc[v]), *board.loc[v, 1 : int(board.size[v]) + 1].tolist()]
        return sum(int(seconds[a, b]) for a, b in itertools.pairwise(way))
