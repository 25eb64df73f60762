"""Runs that no timetable has, put beside those of a day: new trips, copies, replacements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gtfs.model.schedule import Schedule
from gtfs.realtime.added import AddedTrip
from gtfs.realtime.model import day_of
from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8
from routing.timetable.day import EARLIEST_S, LATEST_S, Day, indexed_by_stop
from routing.timetable.splits import Splits, search_stop

__all__ = ["AddedRun", "added_runs", "with_added"]

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


def added_runs(schedule: Schedule, splits: Splits, trips: Sequence[AddedTrip]) -> tuple[AddedRun, ...]:
    """Added trips as a search sees them."""
    return tuple(_run(schedule, splits, trip) for trip in trips)


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
