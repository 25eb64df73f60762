"""Which trip a vehicle runs: told by its operator, or guessed from where it was seen and when.

A guess weighs every trip that could be under way: how far the vehicle is from its way, how far from its
timetable, whether it moves forward on it, whether the trip follows the one that the vehicle has just run
(block, or terminal), and whether another vehicle runs it. Weights of earlier reports fade.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from gtfs.model.schedule import I32, I64, NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.track import Track, Tracks

__all__ = ["Fix", "Matcher", "Report"]

BEFORE_S, AFTER_S = 900, 2700
"""A trip may be under way so long before its first and after its last time."""
OFF_M_MAX = 120.0
_OFF_M = 30.0  # a usual error of a position
_EARLY_S, _LATE_S = 60.0, 400.0  # a usual deviation from the timetable
_BACK_M = 60.0
_FADE = 0.8
_STAY, _BLOCK, _TERMINAL, _TAKEN = 1.0, 4.0, 2.0, -4.0
_TERMINAL_M = 200.0
_DONE_M = 40.0
_UNBELIEVED = 0.5
_SILENT_S = 600
_VEHICLES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Report:
    """A vehicle's word on where it is; `trip_id` if its operator says which trip it runs."""

    vehicle_id: str
    at_s: int
    lat: float
    lon: float
    trip_id: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A vehicle on a trip: where along its way, and how sure that is (1: told by the operator)."""

    vehicle_id: str
    trip: int
    day: int  # service day, days since 1970-01-01
    at_s: int
    along_m: float
    off_m: float
    confidence: float
    lat: float
    lon: float

    @property
    def assigned(self) -> bool:
        """Whether the operator said so."""
        return self.confidence >= 1.0


@dataclass(slots=True)
class _Memory:
    """What is known of one vehicle."""

    fix: Fix | None = None
    weights: dict[tuple[int, int], float] = field(default_factory=dict)
    along: dict[tuple[int, int], float] = field(default_factory=dict)
    last_trip: int = NONE  # the one that it has finished
    at_s: int = 0


class Matcher:
    """Matches reports in the order of their instants. Not safe for several threads at once."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.tracks = Tracks(timetable.schedule)
        self._memories: OrderedDict[str, _Memory] = OrderedDict()
        self._runs: dict[tuple[int, int], str] = {}
        self._days: dict[int, tuple[I64, I32, I32]] = {}

    def heard(self, report: Report) -> Fix | None:
        """Take a report in; the vehicle's place on a trip, None if it runs none that could be told."""
        memory = self._memories.setdefault(report.vehicle_id, _Memory())
        self._memories.move_to_end(report.vehicle_id)
        if len(self._memories) > _VEHICLES_MAX:
            self._memories.popitem(last=False)
        if report.at_s <= memory.at_s:
            return memory.fix
        memory.at_s = report.at_s
        fix = self._assigned(report, memory) if report.trip_id else self._guessed(report, memory)
        self._remember(memory, fix)
        return fix

    def _assigned(self, report: Report, memory: _Memory) -> Fix | None:
        trip = self.timetable.trips.get(report.trip_id, NONE)
        if trip == NONE:
            return None
        before = memory.fix
        if before is not None and before.trip == trip and report.at_s - before.at_s < 6 * 3600:
            day = before.day
        else:
            day = self.timetable.day_near(trip, report.at_s)
        if day == NONE:
            return None
        track = self.tracks.of(trip)
        expected = memory.along.get((trip, day), self._expected_m(trip, day, track, report.at_s))
        along, off = track.nearest(report.lat, report.lon, expected)
        if before is not None and (before.trip, before.day) == (trip, day):
            along = max(along, before.along_m)  # an error of the position must not move it back
        memory.along = {(trip, day): along}
        return Fix(report.vehicle_id, trip, day, report.at_s, along, off, 1.0, report.lat, report.lon)

    def _guessed(self, report: Report, memory: _Memory) -> Fix | None:
        seen: dict[tuple[int, int], tuple[float, float, float]] = {}  # run -> weight, along, off
        feet: dict[int, tuple[float, float]] = {}
        for trip, day in self._under_way(report.at_s):
            track = self.tracks.of(trip)
            if id(track) not in feet:
                feet[id(track)] = track.nearest(report.lat, report.lon)
            if feet[id(track)][1] > OFF_M_MAX:
                continue
            run = trip, day
            before_m = memory.along.get(run)
            expected = self._expected_m(trip, day, track, report.at_s) if before_m is None else before_m
            along, off = track.nearest(report.lat, report.lon, expected)
            weight = self._weight(run, track, along, off, before_m, report, memory)
            seen[run] = weight + _FADE * memory.weights.get(run, -4.0 if memory.weights else 0.0), along, off
        memory.weights = {run: found[0] for run, found in seen.items()}
        memory.along = {run: found[1] for run, found in seen.items()}
        if not seen:
            return None
        best = max(seen, key=lambda run: seen[run][0])
        top = seen[best][0]
        confidence = 1.0 / sum(math.exp(max(found[0] - top, -50.0)) for found in seen.values())
        if top < -12.0 or confidence < _UNBELIEVED / 2:
            return None
        _, along, off = seen[best]
        confidence = min(confidence, 0.99)
        return Fix(report.vehicle_id, *best, report.at_s, along, off, confidence, report.lat, report.lon)

    def _weight(
        self,
        run: tuple[int, int],
        track: Track,
        along: float,
        off: float,
        before_m: float | None,
        report: Report,
        memory: _Memory,
    ) -> float:
        trip, day = run
        late = report.at_s - self._due_s(trip, day, track, along)
        if along <= _DONE_M and late < 0:
            late = 0.0  # it waits where the trip begins
        weight = -0.5 * (off / _OFF_M) ** 2
        weight -= abs(late) / (_LATE_S if late > 0 else _EARLY_S)
        if before_m is not None and along < before_m - _BACK_M:
            weight -= 3.0
        fix = memory.fix
        if fix is not None and (fix.trip, fix.day) == run:
            weight += _STAY
        elif memory.last_trip != NONE:
            weight += self._follows(memory.last_trip, trip)
        holder = self._runs.get(run)
        if holder is not None and holder != report.vehicle_id:
            other = self._memories.get(holder)
            if other is not None and report.at_s - other.at_s < _SILENT_S:
                weight += _TAKEN
        return weight

    def _follows(self, last: int, trip: int) -> float:
        """Whether a vehicle that has run one trip would run another next."""
        schedule = self.timetable.schedule
        block = int(schedule.trips.block[last])
        if block != NONE:
            return _BLOCK if int(schedule.trips.block[trip]) == block else 0.0
        times = schedule.stop_times
        end = int(times.stop[times.offsets[last + 1] - 1])
        start = int(times.stop[times.offsets[trip]])
        stops = schedule.stops
        near = self.tracks.of(trip).local(float(stops.lat[end]), float(stops.lon[end]))
        here = self.tracks.of(trip).local(float(stops.lat[start]), float(stops.lon[start]))
        return _TERMINAL if math.dist(near, here) <= _TERMINAL_M else 0.0

    def _remember(self, memory: _Memory, fix: Fix | None) -> None:
        before = memory.fix
        if before is not None and (fix is None or (fix.trip, fix.day) != (before.trip, before.day)):
            self._runs.pop((before.trip, before.day), None)
            if before.along_m >= self.tracks.of(before.trip).length_m - 200.0:
                memory.last_trip = before.trip
        if fix is not None and fix.confidence >= _UNBELIEVED:
            self._runs.setdefault((fix.trip, fix.day), fix.vehicle_id)
        memory.fix = fix

    def _under_way(self, at_s: int) -> list[tuple[int, int]]:
        """Trips that could be running at an instant, with their service days."""
        today = datetime.fromtimestamp(at_s, self.timetable.zone).date().toordinal() - 719_163
        found: list[tuple[int, int]] = []
        for day in (today - 1, today):
            trips, starts, ends = self._of_day(day)
            second = at_s - self.timetable.zero_s(day)
            rows = np.flatnonzero((starts - BEFORE_S <= second) & (second <= ends + AFTER_S))
            found += [(int(trip), day) for trip in trips[rows]]
        return found

    def _of_day(self, day: int) -> tuple[I64, I32, I32]:
        known = self._days.get(day)
        if known is None:
            if len(self._days) > 8:
                self._days.clear()
            schedule = self.timetable.schedule
            times = schedule.stop_times
            every = range(len(schedule.trips.ids))
            trips = np.array([t for t in every if self.timetable.runs_on(t, day)], np.int64)
            starts = times.departure_s[times.offsets[trips]]
            ends = times.arrival_s[times.offsets[trips + 1] - 1]
            known = self._days[day] = trips, starts, ends
        return known

    def _due_s(self, trip: int, day: int, track: Track, along: float) -> float:
        """When the timetable has the vehicle so far along."""
        arrival, departure = self._times(trip)
        k = int(np.searchsorted(track.stop_m, along, side="right")) - 1
        zero = self.timetable.zero_s(day)
        if k < 0:
            return zero + float(departure[0])
        if k >= len(track.stop_m) - 1:
            return zero + float(arrival[-1])
        way = track.stop_m[k + 1] - track.stop_m[k]
        share = (along - track.stop_m[k]) / way if way > 0 else 0.0
        return zero + float(departure[k] + share * (arrival[k + 1] - departure[k]))

    def _expected_m(self, trip: int, day: int, track: Track, at_s: int) -> float:
        """How far along the timetable has the vehicle at an instant."""
        arrival, _ = self._times(trip)
        return float(np.interp(at_s - self.timetable.zero_s(day), arrival, track.stop_m))

    def _times(self, trip: int) -> tuple[I32, I32]:
        times = self.timetable.schedule.stop_times
        rows = slice(int(times.offsets[trip]), int(times.offsets[trip + 1]))
        return filled(times.arrival_s[rows]), filled(times.departure_s[rows])


def filled(seconds: I32) -> I32:
    """Blank times between given ones, evenly; the ends of a usable trip are always given."""
    blank = seconds == NONE
    if not blank.any():
        return seconds
    rows = np.arange(len(seconds))
    times: I32 = np.interp(rows, rows[~blank], seconds[~blank]).astype(np.int32)
    return times
