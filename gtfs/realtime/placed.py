"""How late a vehicle is by where it is: for trips of which no TripUpdate speaks.

A place that cannot be (off the trip's way, told too long ago or ahead of time, hours from the timetable) is
counted and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.track import Track, Tracks
from gtfs.realtime.model import Faults, Sample, TripRelationship, VehiclePosition, VehicleStatus

__all__ = ["Placed", "places"]

_OFF_M_MAX = 500.0
_AT_STOP_M = 40.0
_OLD_S, _AHEAD_S = 600, 60
_LATE_S_MAX = 3 * 3600
_RUNS = (TripRelationship.SCHEDULED, TripRelationship.UNSCHEDULED)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a vehicle's place says of its trip."""

    trip: int  # index into Schedule.trips
    day: int  # service day, days since 1970-01-01
    call: int  # the first call that is still to come, counted from 0; as many as there are: none
    late_s: int  # never below 0: no vehicle is believed to leave early
    occupancy: int  # OccupancyStatus as numbered in the proto, NONE


def places(
    timetable: Timetable, tracks: Tracks, vehicles: Iterable[VehiclePosition], at: int, faults: Faults
) -> list[Placed]:
    """Every vehicle that is on a trip of the timetable; `at` is now, POSIX seconds."""
    found: dict[tuple[int, int], Placed] = {}
    for vehicle in vehicles:
        if vehicle.trip is None or vehicle.trip.relationship not in _RUNS:
            continue
        moment = at if vehicle.timestamp == NONE else vehicle.timestamp
        trip, day = timetable.resolve(vehicle.trip, moment)
        wrong = _wrong(timetable, trip, day, at - moment)
        if wrong:
            faults.add(wrong, Sample(vehicle.entity_id, "trip", vehicle.trip.trip_id, _TOLD[wrong]))
            continue
        call, late_s = _place(timetable, tracks.of(trip), vehicle, trip, moment - timetable.zero_s(day))
        if call == NONE or late_s > _LATE_S_MAX:
            code = "off-its-way" if call == NONE else "bad-delay"
            faults.add(code, Sample(vehicle.entity_id, "position", vehicle.trip.trip_id, _TOLD[code]))
            continue
        found[trip, day] = Placed(trip, day, call, late_s, vehicle.occupancy)
    return list(found.values())


_TOLD = {
    "unknown-trip": "the timetable has no such trip",
    "no-such-day": "the trip runs on no day near the message's time",
    "run-of-frequency": "a place does not tell which run of a frequency it is",
    "bad-age": f"told more than {_OLD_S} s ago, or ahead of time",
    "off-its-way": f"more than {_OFF_M_MAX:.0f} m from the trip's way",
    "bad-delay": f"more than {_LATE_S_MAX} s late",
}


def _wrong(timetable: Timetable, trip: int, day: int, age_s: int) -> str:
    if trip == NONE:
        return "unknown-trip"
    if day == NONE or not timetable.runs_on(trip, day):
        return "no-such-day"
    if trip in timetable.repeated:
        return "run-of-frequency"
    return "" if -_AHEAD_S <= age_s <= _OLD_S else "bad-age"


def _place(
    timetable: Timetable, track: Track, vehicle: VehiclePosition, trip: int, now_s: int
) -> tuple[int, int]:
    """The next call and how late it will be; NONE, 0 where the vehicle is not on its way."""
    times = timetable.schedule.stop_times
    rows = slice(int(times.offsets[trip]), int(times.offsets[trip + 1]))
    arrival, departure = times.arrival_s[rows], times.departure_s[rows]
    timed = arrival != NONE
    stop_m = track.stop_m
    due = np.interp(stop_m, stop_m[timed], arrival[timed])
    leaves = np.interp(stop_m, stop_m[timed], departure[timed])
    named = _named(timetable, vehicle, rows)
    if named != NONE and vehicle.status is VehicleStatus.STOPPED_AT:
        here = named
    else:
        expected = float(np.interp(now_s, due, stop_m))
        if named != NONE:  # on the way to it
            expected = float(stop_m[max(0, named - 1)] + stop_m[named]) / 2
        along, off = track.nearest(vehicle.lat, vehicle.lon, expected)
        if off > _OFF_M_MAX:
            return NONE, 0
        near = int(np.argmin(np.abs(stop_m - along)))
        if abs(float(stop_m[near]) - along) > _AT_STOP_M:
            call = int(np.searchsorted(stop_m, along))
            if call >= len(stop_m):
                return call, 0
            if call == 0:
                return 0, max(0, now_s - int(leaves[0]))
            share = (along - stop_m[call - 1]) / max(1e-9, stop_m[call] - stop_m[call - 1])
            should_s = leaves[call - 1] + share * (due[call] - leaves[call - 1])
            return call, max(0, int(now_s - should_s))
        here = near
    if here == len(stop_m) - 1:
        return len(stop_m), 0
    # At a stop it is late only once it should have left.
    return here, max(0, now_s - int(leaves[here]))


def _named(timetable: Timetable, vehicle: VehiclePosition, rows: slice) -> int:
    """The call that the vehicle names, counted from 0; NONE."""
    times = timetable.schedule.stop_times
    if vehicle.stop_sequence != NONE:
        found = np.flatnonzero(times.sequence[rows] == vehicle.stop_sequence)
    else:
        found = np.flatnonzero(times.stop[rows] == timetable.stops.get(vehicle.stop_id, -2))
    return int(found[0]) if len(found) == 1 else NONE
