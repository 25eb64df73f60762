"""When vehicles will be at their next stops, and what they teach on the way.

A vehicle goes on from where it is by what was learnt of the stretches ahead at that hour, stands at stops as
is usual there, and leaves no stop before its time, so that it recovers where the timetable has slack. A trip
that it runs next begins when the timetable says, or when it has arrived and turned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from gtfs.model.schedule import I32, NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.learn import Learned
from gtfs.realtime.avl.match import Fix, filled
from gtfs.realtime.avl.track import Tracks

__all__ = ["Predicted", "Predictor"]

AT_STOP_M = 25.0
TURN_S = 120
_GAP_S_MAX = 300.0
_SAME_RUN_S = 3 * 3600


@dataclass(frozen=True, slots=True)
class Predicted:
    """A call to come; POSIX seconds."""

    row: int  # of the trip: 0 is its first stop
    stop: int
    arrival_s: float
    departure_s: float
    planned_s: int


@dataclass(slots=True)
class _Seen:
    """The run that a vehicle is on, as far as it was watched."""

    trip: int
    day: int
    along_m: float
    at_s: float
    left: tuple[int, float] | None = None  # row of the stop that it left, and when
    came: tuple[int, float] | None = None  # row of the stop that it stands at, and since when


class Predictor:
    """Learns from fixes and predicts from them. Not safe for several threads at once."""

    def __init__(self, timetable: Timetable, tracks: Tracks, learned: Learned | None = None) -> None:
        self.timetable = timetable
        self.learned = learned if learned is not None else Learned()
        self.tracks = tracks
        self._seen: dict[str, _Seen] = {}

    # learning

    def watch(self, fix: Fix) -> None:
        """Learn from a vehicle's new place; fixes of one vehicle come in the order of their instants."""
        seen = self._seen.get(fix.vehicle_id)
        if (
            seen is None
            or (seen.trip, seen.day) != (fix.trip, fix.day)
            or not 0 < fix.at_s - seen.at_s <= _GAP_S_MAX
        ):
            self._seen[fix.vehicle_id] = self._begin(fix)
            return
        if fix.along_m > seen.along_m:
            self._advance(seen, fix)
        seen.along_m, seen.at_s = max(seen.along_m, fix.along_m), float(fix.at_s)

    def _begin(self, fix: Fix) -> _Seen:
        seen = _Seen(fix.trip, fix.day, fix.along_m, float(fix.at_s))
        stop_m = self.tracks.of(fix.trip).stop_m
        near = np.flatnonzero(np.abs(stop_m - fix.along_m) <= AT_STOP_M)
        if len(near):
            seen.came = int(near[0]), float(fix.at_s)
        return seen

    def _advance(self, seen: _Seen, fix: Fix) -> None:
        """The lines before and behind each stop that were crossed since, with instants in between."""
        stop_m = self.tracks.of(fix.trip).stop_m
        pace = (fix.at_s - seen.at_s) / (fix.along_m - seen.along_m)
        low = int(np.searchsorted(stop_m, seen.along_m - AT_STOP_M))
        for row in range(low, len(stop_m)):
            near, far = float(stop_m[row]) - AT_STOP_M, float(stop_m[row]) + AT_STOP_M
            if near > fix.along_m:
                break
            if seen.along_m < near:
                self._came(seen, row, seen.at_s + (near - seen.along_m) * pace)
            if seen.along_m < far <= fix.along_m:
                self._left(seen, row, seen.at_s + (far - seen.along_m) * pace)

    def _came(self, seen: _Seen, row: int, at_s: float) -> None:
        if seen.left is not None and seen.left[0] == row - 1:
            stops, planned = self._planned(seen.trip, row)
            self.learned.saw_travel(*stops, self._hour(seen.left[1]), at_s - seen.left[1], planned, at_s)
        seen.came = row, at_s

    def _left(self, seen: _Seen, row: int, at_s: float) -> None:
        if seen.came is not None and seen.came[0] == row and row > 0:
            _, departure = self.times(seen.trip)
            due = self.timetable.zero_s(seen.day) + float(departure[row])
            if at_s > due + 30.0:  # else it may have waited for its time
                self.learned.saw_dwell(self._stop(seen.trip, row), self._hour(at_s), at_s - seen.came[1])
        seen.left, seen.came = (row, at_s), None

    # predicting

    def ahead(self, fix: Fix) -> list[Predicted]:
        """The calls that are still to come of the trip that a vehicle runs."""
        track = self.tracks.of(fix.trip)
        stop_m = track.stop_m
        last = len(stop_m) - 1
        row = int(np.searchsorted(stop_m, fix.along_m + AT_STOP_M, side="right"))
        here = row - 1 if row > 0 and abs(float(stop_m[row - 1]) - fix.along_m) <= AT_STOP_M else NONE
        zero = self.timetable.zero_s(fix.day)
        arrival, departure = self.times(fix.trip)
        now = float(fix.at_s)
        found: list[Predicted] = []
        if here != NONE:
            leaves = self._leaves(fix, here, now, zero + float(departure[here]))
            if here < last:
                found.append(
                    Predicted(here, self._stop(fix.trip, here), now, leaves, zero + int(arrival[here]))
                )
            at = leaves
        else:
            at = now
        for k in range(row, last + 1):
            if k == 0:
                travel = 0.0
            else:
                travel = self._travel(fix.trip, k, at)
                if k == row and here == NONE:
                    way = max(float(stop_m[k] - stop_m[k - 1]), 1.0)
                    travel *= min(max((float(stop_m[k]) - fix.along_m) / way, 0.0), 1.0)
            came = max(at + travel, zero + float(departure[0])) if k == 0 else at + travel
            at = self._departs(fix.trip, k, came, zero + float(departure[k])) if k < last else came
            found.append(Predicted(k, self._stop(fix.trip, k), came, at, zero + int(arrival[k])))
        return found

    def next_trip(self, trip: int, day: int, free_s: float) -> list[Predicted]:
        """The calls of a trip that a vehicle begins when it is free, but not before its time."""
        zero = self.timetable.zero_s(day)
        arrival, departure = self.times(trip)
        at = max(free_s + TURN_S, zero + float(departure[0]))
        came = zero + float(arrival[0])
        found = [Predicted(0, self._stop(trip, 0), max(came, free_s), at, zero + int(arrival[0]))]
        last = len(arrival) - 1
        for k in range(1, last + 1):
            came = at + self._travel(trip, k, at)
            at = self._departs(trip, k, came, zero + float(departure[k])) if k < last else came
            found.append(Predicted(k, self._stop(trip, k), came, at, zero + int(arrival[k])))
        return found

    def block_after(self, trip: int, day: int) -> Iterator[int]:
        """The trips of the same block that follow on that day."""
        trips = self.timetable.schedule.trips
        block = int(trips.block[trip])
        if block == NONE:
            return
        times = self.timetable.schedule.stop_times
        same = [t for t in np.flatnonzero(trips.block == block).tolist() if self.timetable.runs_on(t, day)]
        start = int(times.departure_s[times.offsets[trip]])
        for other in sorted(same, key=lambda t: int(times.departure_s[times.offsets[t]])):
            if int(times.departure_s[times.offsets[other]]) > start:
                yield other

    def _leaves(self, fix: Fix, row: int, now: float, due: float) -> float:
        """When a vehicle that stands at a stop leaves it."""
        seen = self._seen.get(fix.vehicle_id)
        since = now
        if seen is not None and seen.came is not None and seen.came[0] == row:
            since = seen.came[1]
        dwell = 0.0 if row == 0 else self.learned.dwell_s(self._stop(fix.trip, row), self._hour(now))
        return max(now + max(0.0, dwell - (now - since)), due)

    def _departs(self, trip: int, row: int, came: float, due: float) -> float:
        dwell = 0.0 if row == 0 else self.learned.dwell_s(self._stop(trip, row), self._hour(came))
        return max(came + dwell, due)

    def _travel(self, trip: int, row: int, leaves: float) -> float:
        stops, planned = self._planned(trip, row)
        return self.learned.travel_s(*stops, self._hour(leaves), planned, leaves)

    def _planned(self, trip: int, row: int) -> tuple[tuple[int, int], float]:
        """The stretch to a stop: its two ends, and the timetable's seconds for it."""
        arrival, departure = self.times(trip)
        stops = self._stop(trip, row - 1), self._stop(trip, row)
        return stops, float(arrival[row] - departure[row - 1])

    def _stop(self, trip: int, row: int) -> int:
        times = self.timetable.schedule.stop_times
        return int(times.stop[times.offsets[trip] + row])

    def times(self, trip: int) -> tuple[I32, I32]:
        """Arrivals and departures of a trip by the timetable, seconds of the service day."""
        times = self.timetable.schedule.stop_times
        rows = slice(int(times.offsets[trip]), int(times.offsets[trip + 1]))
        return filled(times.arrival_s[rows]), filled(times.departure_s[rows])

    def _hour(self, at_s: float) -> int:
        return datetime.fromtimestamp(at_s, self.timetable.zone).hour
