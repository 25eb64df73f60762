"""Runs that no timetable has, put beside those of a day: new trips, copies, replacements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gtfs.model.schedule import NONE, Bool, Schedule
from gtfs.realtime.added import AddedTrip
from gtfs.realtime.model import day_of
from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8
from routing.timetable.day import EARLIEST_S, LATEST_S, Day, indexed_by_stop
from routing.timetable.interpolate import at_waysides, filled_times
from routing.timetable.splits import Splits, search_stop

__all__ = ["AddedRun", "added_runs", "with_added"]

T = TypeVar("T", bound=np.generic)
_NOT_ALLOWED = 1


@dataclass(frozen=True, slots=True)
class AddedRun:
    """A trip that realtime adds, at search stops."""

    trip_id: str
    route: int
    date: date  # its service day
    template: int  # trip of the schedule that it repeats or replaces, NONE
    stop: I32  # (calls,) search stops
    arrival: I64  # (calls,) POSIX seconds
    departure: I64
    flags: U8  # (calls,) BOARD | ALIGHT
    headsign: str
    short_name: str
    replaces: bool = False  # the template does not run on that day
    like: int = NONE  # trip of the schedule that calls at just these stops, and is hailed between them


def added_runs(schedule: Schedule, splits: Splits, trips: Sequence[AddedTrip]) -> tuple[AddedRun, ...]:
    """Added trips as a search sees them, with the waysides of a trip of their route that calls alike."""
    here = at_waysides(schedule)
    if not trips or not here.any():
        return tuple(_run(schedule, splits, trip) for trip in trips)
    planned = filled_times(schedule)
    made = []
    for trip in trips:
        like = _like(schedule, here, trip)
        more = trip if like == NONE else _hailed_as(schedule, here, planned, trip, like)
        made.append(replace(_run(schedule, splits, more), like=like))
    return tuple(made)


def _like(schedule: Schedule, here: Bool, trip: AddedTrip) -> int:
    """A trip with waysides that calls where this one does; the one it repeats comes first."""
    times = schedule.stop_times
    for other in (trip.template, *np.flatnonzero(schedule.trips.route == trip.route).tolist()):
        if other == NONE:
            continue
        rows = slice(*times.offsets[other : other + 2].tolist())
        if here[rows].any() and np.array_equal(times.stop[rows][~here[rows]], trip.stop):
            return int(other)
    return NONE


def _hailed_as(
    schedule: Schedule, here: Bool, planned: tuple[I32, I32], trip: AddedTrip, like: int
) -> AddedTrip:
    """The trip with the waysides of another, passed in proportion to it between the calls around them."""
    times = schedule.stop_times
    rows = slice(*times.offsets[like : like + 2].tolist())
    passed = here[rows]
    called = np.flatnonzero(~passed)
    arrival, departure = (column[rows].astype(np.int64) for column in planned)
    after = np.searchsorted(called, np.arange(len(passed)))
    before = np.maximum(after - 1, 0)
    span = np.maximum(arrival[called[after]] - departure[called[before]], 1)
    spent = np.maximum(trip.arrival[after] - trip.departure[before], 0)
    moment = trip.departure[before] + spent * (arrival - departure[called[before]]) // span

    def among(own: NDArray[T], others: NDArray[T]) -> NDArray[T]:
        column = others.copy()
        column[called] = own
        return column

    return replace(
        trip,
        stop=among(trip.stop, times.stop[rows]),
        arrival=among(trip.arrival, moment),
        departure=among(trip.departure, moment),
        pickup_type=among(trip.pickup_type, times.pickup_type[rows]),
        drop_off_type=among(trip.drop_off_type, times.drop_off_type[rows]),
    )


def _run(schedule: Schedule, splits: Splits, trip: AddedTrip) -> AddedRun:
    stops = [search_stop(schedule, splits, stop, trip.route) for stop in trip.stop.tolist()]
    flags = BOARD * (trip.pickup_type != _NOT_ALLOWED) + ALIGHT * (trip.drop_off_type != _NOT_ALLOWED)
    return AddedRun(
        trip.trip_id, trip.route, day_of(trip.day), trip.template, np.array(stops, np.int32), trip.arrival,
        trip.departure, flags.astype(np.uint8), trip.headsign, trip.short_name,
        trip.replaces,
    )  # fmt: skip


def with_added(day: Day, runs: int, added: Sequence[AddedRun], origin_s: int) -> Day:
    """The day with those of the added runs that fall into it, each a pattern of its own.

    In `Day.run` they are numbered on from `runs`, how many the timetable has; `origin_s` is second 0 of the
    day as a POSIX time.
    """
    fits = [
        (k, a)
        for k, a in enumerate(added)
        if a.arrival[-1] - origin_s >= EARLIEST_S and a.departure[0] - origin_s <= LATEST_S
    ]
    if not fits:
        return day
    base = day.timetable
    lengths = np.array([len(a.stop) for _, a in fits])
    pattern_offsets = np.concatenate((base.pattern_offsets, base.pattern_offsets[-1] + np.cumsum(lengths)))
    pattern_stops = np.concatenate((base.pattern_stops, *(a.stop for _, a in fits)))
    run_offsets = np.concatenate((base.run_offsets, base.run_offsets[-1] + 1 + np.arange(len(fits))))
    made = indexed_by_stop(
        base._replace(
            pattern_offsets=pattern_offsets.astype(np.int32),
            pattern_stops=pattern_stops,
            pattern_flags=np.concatenate((base.pattern_flags, *(a.flags for _, a in fits))),
            run_offsets=run_offsets.astype(np.int32),
            time_offsets=np.concatenate((base.time_offsets, base.time_offsets[-1] + np.cumsum(lengths))),
            arrival=_seconds(base.arrival, [a.arrival for _, a in fits], origin_s),
            departure=_seconds(base.departure, [a.departure for _, a in fits], origin_s),
        ),
        len(base.stop_offsets) - 1,
    )
    none = np.zeros(len(fits), np.int32)
    return replace(
        day,
        timetable=made,
        run=np.concatenate((day.run, np.array([runs + k for k, _ in fits], np.int32))),
        shift_s=np.concatenate((day.shift_s, none)),
        service_day=np.concatenate(
            (day.service_day, np.array([(a.date - day.date).days for _, a in fits], np.int8))
        ),
        added=tuple(added),
    )


def _seconds(known: I32, more: Sequence[I64], origin_s: int) -> I32:
    return np.concatenate((known, *((moments - origin_s).astype(np.int32) for moments in more)))
