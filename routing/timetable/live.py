"""What runs as against the timetable: changed runs laid over a day, the timetable itself untouched.

`overlaid` makes another day timetable in which changed runs have their new times, calls that are left out
can be neither boarded nor left, and cancelled trips are gone: what building the timetable anew with the same
changes would give. It is swapped in as a whole, so that no query waits or sees half a message. Runs of
frequencies cannot be told apart by a trip's name and stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from gtfs.model.schedule import NONE, Schedule
from gtfs.realtime.apply import SKIPS, Applied
from gtfs.realtime.model import day_of
from routing.kernels.layout import I64, U8, Timetable
from routing.kernels.overlay import NO_CHANGE, Parts, Told, Touched, lay_over
from routing.timetable.day import Day, with_parts

__all__ = ["LiveTrips", "TripChange", "live_trips", "overlaid"]

_ORDINALS = 4_000_000
"""More than any day's ordinal, so that trip and day make one key."""


@dataclass(frozen=True, slots=True)
class TripChange:
    """One trip on one service day: seconds of that day at each call, and which calls are left out."""

    arrival_s: I64  # (calls,), NONE where nobody knows
    departure_s: I64
    skipped: U8
    cancelled: bool


@dataclass(frozen=True, slots=True)
class LiveTrips:
    """All that is known to differ from the timetable, by trip and service day."""

    changes: dict[tuple[int, date], TripChange]

    def concern(self, day: date) -> bool:
        """Whether anything of it may run on `day`: its own trips, yesterday's late ones, tomorrow's first."""
        return any(abs((day - of).days) <= 2 for of in {of for _, of in self.changes})


def live_trips(applied: Applied, zero_s: dict[int, int]) -> LiveTrips:
    """From updates matched to the timetable; `zero_s` has the POSIX second where each service day begins."""
    changes: dict[tuple[int, date], TripChange] = {}
    for k, (trip, day) in enumerate(zip(applied.trip.tolist(), applied.day.tolist(), strict=True)):
        rows = slice(int(applied.offsets[k]), int(applied.offsets[k + 1]))
        times = [np.where(t == NONE, NONE, t - zero_s[day]) for t in _both(applied, rows)]
        skipped = (applied.known[rows] == SKIPS).astype(np.uint8)
        changes[trip, day_of(day)] = TripChange(times[0], times[1], skipped, bool(applied.cancelled[k]))
    return LiveTrips(changes)


def _both(applied: Applied, rows: slice) -> tuple[I64, I64]:
    return applied.arrival[rows], applied.departure[rows]


def overlaid(day: Day, timetable: Timetable, schedule: Schedule, live: LiveTrips) -> Day:
    """The day with the changes laid over it. Costs some tens of milliseconds for thousands of trips."""
    told, trips, days = _told(live)
    touched, places = _touched(day, timetable, schedule, trips, days)
    members = np.diff(touched.member_offsets)
    lengths = np.diff(timetable.run_times)[touched.run]
    room = (members + 1) // 2  # between two stretches that run lies a trip that does not
    calls = int((room * lengths).sum())
    parts = Parts(
        np.empty(int(room.sum()), np.int32),
        np.empty(int(room.sum()) + 1, np.int64),
        np.empty(calls, np.uint8),
        np.empty(calls, np.int32),
        np.empty(calls, np.int32),
    )
    made = lay_over(timetable, touched, told, parts)
    gone = np.zeros(len(day.run), np.bool_)
    gone[places] = True
    return with_parts(day, timetable, ~gone, places[parts.source[:made]].astype(np.int32), parts)


def _told(live: LiveTrips) -> tuple[Told, I64, I64]:
    """The changes as arrays in the order of trip and day; trips, and days as ordinals."""
    keys = sorted(live.changes, key=lambda key: (key[0], key[1].toordinal()))
    changes = [live.changes[key] for key in keys]
    offsets = np.concatenate(([0], np.cumsum([len(c.arrival_s) for c in changes]))).astype(np.int64)
    none = [np.empty(0, np.int64)]
    told = Told(
        offsets,
        np.concatenate([c.arrival_s for c in changes] or none).astype(np.int64),
        np.concatenate([c.departure_s for c in changes] or none).astype(np.int64),
        np.concatenate([c.skipped for c in changes] or none).astype(np.uint8),
        np.array([c.cancelled for c in changes], np.uint8),
    )
    return (
        told,
        np.array([t for t, _ in keys], np.int64),
        np.array([d.toordinal() for _, d in keys], np.int64),
    )


def _touched(
    day: Day, timetable: Timetable, schedule: Schedule, trips: I64, days: I64
) -> tuple[Touched, I64]:
    """Runs of the day that have a changed trip, and which day runs they are."""
    named = np.zeros(len(schedule.trips.ids), np.bool_)
    named[trips] = True
    named[schedule.frequencies.trip] = False
    member_trip = np.asarray(timetable.member_trip)
    starts = np.asarray(timetable.member_offsets)
    run_of_member = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    concerned = np.zeros(len(starts) - 1, np.bool_)
    concerned[run_of_member[named[member_trip]]] = True
    places = np.flatnonzero(concerned[day.run])
    counts = np.diff(starts)[day.run[places]]
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    members = np.repeat(starts[day.run[places]] - offsets[:-1], counts) + np.arange(int(offsets[-1]))
    trip = member_trip[members].astype(np.int64)
    on = np.repeat(day.date.toordinal() + day.service_day[places].astype(np.int64), counts)
    key, known = trip * _ORDINALS + on, trips * _ORDINALS + days
    at = np.minimum(np.searchsorted(known, key), max(0, len(known) - 1))
    found = (known[at] == key) & named[trip] if len(known) else np.zeros(len(key), np.bool_)
    change = np.where(found, at, NO_CHANGE).astype(np.int32)
    # A run is only touched if one of its trips is changed on just that day.
    kept = np.zeros(len(places), np.bool_)
    kept[np.repeat(np.arange(len(places)), counts)[found]] = True
    of_kept = np.repeat(kept, counts)
    places, counts, members, change = places[kept], counts[kept], members[of_kept], change[of_kept]
    calls = np.diff(schedule.stop_times.offsets)
    touched = Touched(
        day.run[places],
        day.shift_s[places],
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.asarray(timetable.member_position)[members],
        calls[member_trip[members]].astype(np.int32),
        change,
    )
    return touched, places
