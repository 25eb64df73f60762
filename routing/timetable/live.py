"""What runs as against the timetable: changed runs laid over a day, the timetable itself untouched.

`overlaid` makes another day timetable in which changed runs have their new times, calls that are left out
can be neither boarded nor left, and cancelled trips are gone: what building the timetable anew with the same
changes would give. It is swapped in as a whole, so that no query waits or sees half a message. Runs of a
frequency are told apart by their start; trips that realtime adds are laid beside (`routing.timetable.added`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from gtfs.model.schedule import NONE, Bool, Schedule
from gtfs.realtime.apply import SKIPS, Applied
from gtfs.realtime.model import day_of
from gtfs.realtime.placed import Placed
from routing.kernels.layout import I64, U8, Timetable
from routing.kernels.overlay import NO_CHANGE, Parts, Told, Touched, lay_over
from routing.timetable.added import AddedRun
from routing.timetable.alerts import Alerts
from routing.timetable.clock import ServiceClock
from routing.timetable.day import Day, with_parts

__all__ = [
    "LiveTrips",
    "RunKey",
    "TripChange",
    "live_trips",
    "merged",
    "overlaid",
    "with_closures",
    "with_places",
]

_DAYS = 1 << 22
"""More than any day's ordinal, so that trip and day make one key."""
_STARTS = 1 << 18
"""More than any start of a run, seconds, so that it goes into the key, too."""
_LATE_S_MIN = 60
"""A place that says less is no reason to leave the timetable."""
RunKey = tuple[int, date, int]
"""Trip, service day, and of a frequency the second at which the run begins (else NONE)."""


@dataclass(frozen=True, slots=True)
class TripChange:
    """One trip on one service day: seconds of that day at each call, and which calls are left out."""

    arrival_s: I64  # (calls,), NONE where nobody knows
    departure_s: I64
    skipped: U8
    cancelled: bool


@dataclass(frozen=True)
class LiveTrips:
    """All that is known beyond the timetable."""

    changes: dict[RunKey, TripChange] = field(default_factory=dict)
    added: tuple[AddedRun, ...] = ()
    occupancy: dict[tuple[int, date], int] = field(default_factory=dict)  # trip, day -> as in the proto
    alerts: Alerts = field(default_factory=Alerts)

    @cached_property
    def _days(self) -> frozenset[date]:
        return frozenset({key[1] for key in self.changes} | {a.date for a in self.added})

    def concern(self, day: date) -> bool:
        """Whether anything of it may run on `day`: its own trips, yesterday's late ones, tomorrow's first."""
        return self.alerts.close or any(abs((day - of).days) <= 2 for of in self._days)

    @property
    def silent(self) -> bool:
        """Whether nothing is known at all."""
        return not (self.changes or self.added or self.occupancy or self.alerts.all)


def live_trips(applied: Applied, zero_s: dict[int, int], added: Iterable[AddedRun] = ()) -> LiveTrips:
    """From updates matched to the timetable; `zero_s` has the POSIX second where each service day begins.

    What an added trip replaces does not run.
    """
    changes: dict[RunKey, TripChange] = {}
    for k, (trip, day) in enumerate(zip(applied.trip.tolist(), applied.day.tolist(), strict=True)):
        rows = slice(int(applied.offsets[k]), int(applied.offsets[k + 1]))
        times = [np.where(t == NONE, NONE, t - zero_s[day]) for t in _both(applied, rows)]
        skipped = (applied.known[rows] == SKIPS).astype(np.uint8)
        key = trip, day_of(day), int(applied.start_s[k])
        changes[key] = TripChange(times[0], times[1], skipped, bool(applied.cancelled[k]))
    runs = tuple(added)
    for run in runs:
        if run.replaces:
            changes[run.template, run.date, NONE] = _unchanged(0, cancelled=True)
    return LiveTrips(changes, runs)


def with_places(live: LiveTrips, schedule: Schedule, placed: Iterable[Placed]) -> LiveTrips:
    """The same with what vehicles' places say: how full they are, and delays where no update tells any."""
    changes, occupancy = dict(live.changes), dict(live.occupancy)
    for place in placed:
        day = day_of(place.day)
        if place.occupancy != NONE:
            occupancy[place.trip, day] = place.occupancy
        key = place.trip, day, NONE
        if key in live.changes or place.late_s < _LATE_S_MIN:
            continue
        rows = slice(*schedule.stop_times.offsets[place.trip : place.trip + 2].tolist())
        arrival, departure = (
            column[rows].astype(np.int64)
            for column in (schedule.stop_times.arrival_s, schedule.stop_times.departure_s)
        )
        late = (np.arange(len(arrival)) >= place.call) & (arrival != NONE)
        changes[key] = TripChange(
            np.where(late, arrival + place.late_s, NONE),
            np.where(late, departure + place.late_s, NONE),
            np.zeros(len(arrival), np.uint8),
            False,
        )
    return replace(live, changes=changes, occupancy=occupancy)


def with_closures(live: LiveTrips, schedule: Schedule, clock: ServiceClock, day: date) -> LiveTrips:
    """The same with what alerts say does not run around a day."""
    if not live.alerts.close:
        return live
    changes = dict(live.changes)
    starts = _starts(schedule)
    for of in (day + timedelta(days=d) for d in (-2, -1, 0, 1)):
        for trip, gone in live.alerts.closed(schedule, clock, of).items():
            for start in starts.get(trip, (NONE,)):
                known = changes.get((trip, of, start)) or _unchanged(len(gone), cancelled=False)
                if len(known.skipped) != len(gone):  # cancelled as a whole
                    continue
                changes[trip, of, start] = replace(known, skipped=known.skipped | gone)
    return replace(live, changes=changes)


def merged(parts: Iterable[LiveTrips]) -> LiveTrips:
    """What several sources tell; of one run the last one's word holds."""
    told = list(parts)
    return LiveTrips(
        {key: change for live in told for key, change in live.changes.items()},
        tuple(run for live in told for run in live.added),
        {key: full for live in told for key, full in live.occupancy.items()},
        Alerts(alert for live in told for alert in live.alerts.all),
    )


def without(live: LiveTrips, trips: Iterable[int], days: Iterable[date]) -> LiveTrips:
    """The same for a rider who does not take some trips: of runs of several trips the others are left."""
    left_out = {(trip, day, NONE): _unchanged(0, cancelled=True) for day in days for trip in trips}
    return replace(live, changes=live.changes | left_out)


def _unchanged(calls: int, *, cancelled: bool) -> TripChange:
    untold = np.full(calls, NONE, np.int64)
    return TripChange(untold, untold, np.zeros(calls, np.uint8), cancelled)


def _starts(schedule: Schedule) -> dict[int, list[int]]:
    """Trip of a frequency -> when its runs begin."""
    repeats = schedule.frequencies
    found: dict[int, list[int]] = {}
    for trip, start, end, headway in zip(
        repeats.trip.tolist(), repeats.start_s.tolist(), repeats.end_s.tolist(), repeats.headway_s.tolist(),
        strict=True,
    ):  # fmt: skip
        found.setdefault(trip, []).extend(range(start, end, headway))
    return found


def _both(applied: Applied, rows: slice) -> tuple[I64, I64]:
    return applied.arrival[rows], applied.departure[rows]


def overlaid(day: Day, timetable: Timetable, schedule: Schedule, live: LiveTrips) -> Day:
    """The day with the changes laid over it. Costs some tens of milliseconds for thousands of trips."""
    told, keys = _told(live)
    touched, places = _touched(day, timetable, schedule, keys)
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


def _told(live: LiveTrips) -> tuple[Told, I64]:
    """The changes as arrays in the order of their keys, and the keys as numbers."""
    number = {_number(t, d.toordinal(), s): (t, d, s) for t, d, s in live.changes}
    keys = np.array(sorted(number), np.int64)
    changes = [live.changes[number[key]] for key in keys.tolist()]
    offsets = np.concatenate(([0], np.cumsum([len(c.arrival_s) for c in changes]))).astype(np.int64)
    none = [np.empty(0, np.int64)]
    told = Told(
        offsets,
        np.concatenate([c.arrival_s for c in changes] or none).astype(np.int64),
        np.concatenate([c.departure_s for c in changes] or none).astype(np.int64),
        np.concatenate([c.skipped for c in changes] or none).astype(np.uint8),
        np.array([c.cancelled for c in changes], np.uint8),
    )
    return told, keys


def _number(trip: int, ordinal: int, start_s: int) -> int:
    return (trip * _DAYS + ordinal) * _STARTS + start_s + 1


def _touched(day: Day, timetable: Timetable, schedule: Schedule, known: I64) -> tuple[Touched, I64]:
    """Runs of the day that have a changed trip, and which day runs they are."""
    named = np.zeros(len(schedule.trips.ids), np.bool_)
    named[known // (_DAYS * _STARTS)] = True
    repeated: Bool = np.zeros(len(named), np.bool_)
    repeated[schedule.frequencies.trip] = True
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
    begins = np.repeat(np.asarray(timetable.departure)[timetable.run_times[day.run[places]]], counts)
    key = (trip * _DAYS + on) * _STARTS + np.where(repeated[trip], begins + 1, 0)
    at = np.minimum(np.searchsorted(known, key), max(0, len(known) - 1))
    found = known[at] == key if len(known) else np.zeros(len(key), np.bool_)
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
