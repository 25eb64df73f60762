"""Trip updates against the timetable that they are about: which trip on which day, and when at each stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from gtfs.model.schedule import I8, I32, I64, NONE, Schedule
from gtfs.realtime.kernels.propagate import SKIPS, TIMETABLED, TOLD, UNKNOWN, propagate
from gtfs.realtime.model import Faults, Sample, TripRef, TripRelationship, TripUpdates, day_of

__all__ = ["SKIPS", "TIMETABLED", "TOLD", "UNKNOWN", "Applied", "Timetable", "apply_updates"]

_BEYOND = (  # `gtfs.realtime.added` reads these
    TripRelationship.ADDED, TripRelationship.NEW, TripRelationship.DUPLICATED, TripRelationship.REPLACEMENT,
)  # fmt: skip


class Timetable:
    """A schedule with what realtime asks of it: identifiers to indices, days to instants."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.zone = ZoneInfo(schedule.timezone)
        self._zero: dict[int, int] = {}

    @cached_property
    def trips(self) -> dict[str, int]:
        """trip_id -> index."""
        return {name: k for k, name in enumerate(self.schedule.trips.ids)}

    @cached_property
    def stops(self) -> dict[str, int]:
        """stop_id -> index."""
        return {name: k for k, name in enumerate(self.schedule.stops.ids)}

    @cached_property
    def routes(self) -> dict[str, int]:
        """route_id -> index."""
        return {name: k for k, name in enumerate(self.schedule.routes.ids)}

    def zero_s(self, day: int) -> int:
        """POSIX second of service-day noon minus 12 h; `day` counts from 1970-01-01."""
        known = self._zero.get(day)
        if known is None:
            noon = datetime.combine(day_of(day), datetime.min.time(), self.zone) + timedelta(hours=12)
            known = self._zero[day] = int(noon.timestamp()) - 43_200
        return known

    @cached_property
    def repeated(self) -> frozenset[int]:
        """Trips that frequencies repeat: only a start time says which run is meant."""
        return frozenset(self.schedule.frequencies.trip.tolist())

    def span_s(self, trip: int) -> tuple[int, int]:
        """First departure and last arrival, seconds of the service day."""
        times = self.schedule.stop_times
        first, end = int(times.offsets[trip]), int(times.offsets[trip + 1])
        return int(times.departure_s[first]), int(times.arrival_s[end - 1])

    def runs_on(self, trip: int, day: int) -> bool:
        """Whether the timetable has the trip on a service day."""
        services = self.schedule.services
        return bool(services.on(day_of(day))[self.schedule.trips.service[trip]])

    def day_near(self, trip: int, at: int) -> int:
        """The service day on which the trip runs nearest to an instant; NONE: on no day near it."""
        start_s, end_s = self.span_s(trip)
        today = datetime.fromtimestamp(at, self.zone).date().toordinal() - 719_163
        best, best_gap = NONE, 0
        for day in (today, today - 1, today + 1):
            if self.runs_on(trip, day):
                zero = self.zero_s(day)
                gap = max(zero + start_s - at, at - zero - end_s, 0)
                if best == NONE or gap < best_gap:
                    best, best_gap = day, gap
        return best

    def resolve(self, ref: TripRef, at: int) -> tuple[int, int]:
        """Trip and service day that a descriptor means at an instant; NONE, NONE if it means none here."""
        trip = self.trips.get(ref.trip_id, NONE)
        if trip == NONE:
            return NONE, NONE
        return trip, ref.start_day if ref.start_day != NONE else self.day_near(trip, at)


@dataclass(frozen=True, slots=True)
class Applied:
    """Updated trips with every call predicted. Entry k has rows offsets[k] .. offsets[k + 1]."""

    entry: I32  # entry -> index into TripUpdates; (n,)
    trip: I32  # entry -> index into Schedule.trips
    day: I32  # entry -> service day, days since 1970-01-01
    cancelled: I8  # entry -> 1 if the trip does not run
    offsets: I64  # entry -> first row; (n + 1,)
    arrival: I64  # row -> POSIX seconds or NONE where the timetable is blank; (rows,)
    departure: I64
    known: I8  # row -> TIMETABLED, TOLD, SKIPS or UNKNOWN
    faults: Faults
    start_s: I32  # entry -> when this run of a frequency begins, seconds of the service day; else NONE


def apply_updates(timetable: Timetable, updates: TripUpdates, at: int) -> Applied:
    """Match updates of timetabled trips, and carry delays on to the calls that they do not name.

    `at` is the message's instant, POSIX seconds: without a start date the nearest run is meant. Updates of
    trips beyond the timetable (new, duplicated, replaced) are not here; what matches nothing is counted.
    """
    faults = Faults()
    entries, trips, days = _matched(timetable, updates, at, faults)
    schedule = timetable.schedule.stop_times
    zero_s = np.array([timetable.zero_s(d) for d in days.tolist()], np.int64)
    start_s = np.full(len(entries), NONE, np.int32)
    for k in np.flatnonzero(np.isin(trips, list(timetable.repeated))).tolist():
        start_s[k] = updates.start_s[entries[k]]
        zero_s[k] += int(start_s[k]) - int(schedule.departure_s[schedule.offsets[trips[k]]])
    trip_rows = np.stack((schedule.offsets[trips], schedule.offsets[trips + 1]), axis=1)
    call_rows = np.stack((updates.offsets[entries], updates.offsets[entries + 1]), axis=1)
    sizes = trip_rows[:, 1] - trip_rows[:, 0]
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    arrival = np.empty(int(offsets[-1]), np.int64)
    departure = np.empty_like(arrival)
    known = np.empty(len(arrival), np.int8)
    stop_index = _indices(timetable.stops, updates.stop_ids)
    calls = updates.calls
    lost = propagate(
        trip_rows, call_rows, zero_s, updates.delay[entries], schedule.sequence, schedule.stop,
        schedule.arrival_s, schedule.departure_s, calls.sequence, stop_index[calls.stop], calls.arrival_time,
        calls.arrival_delay, calls.departure_time, calls.departure_delay, calls.relationship, offsets,
        arrival, departure, known,
    )  # fmt: skip
    if lost:
        faults.add("unmatched-call", Sample("", "stop_time_update", "", "the trip does not call there"), lost)
    relationship = updates.relationship[entries]
    gone = (relationship == TripRelationship.CANCELED) | (relationship == TripRelationship.DELETED)
    return Applied(
        entries, trips, days, gone.astype(np.int8), offsets, arrival, departure, known, faults, start_s
    )


def _matched(timetable: Timetable, updates: TripUpdates, at: int, faults: Faults) -> tuple[I32, I32, I32]:
    trips = _indices(timetable.trips, updates.trip_ids)[:-1]
    days = updates.start_day.copy()
    timetabled = ~np.isin(updates.relationship, _BEYOND)
    for k in np.flatnonzero(timetabled & (trips == NONE)).tolist():
        told = "the timetable has no such trip"
        faults.add("unknown-trip", Sample(updates.entity_ids[k], "trip_id", updates.trip_ids[k], told))
    for k in np.flatnonzero(timetabled & (trips != NONE) & (days == NONE)).tolist():
        days[k] = timetable.day_near(int(trips[k]), at)
        if days[k] == NONE:
            told = "the trip runs on no day near the message's time"
            faults.add("no-such-day", Sample(updates.entity_ids[k], "trip_id", updates.trip_ids[k], told))
    nameless = np.isin(trips, list(timetable.repeated)) & (updates.start_s == NONE) & timetabled
    for k in np.flatnonzero(nameless & (trips != NONE)).tolist():
        told = "a run of a frequency is told by its start_time, and there is none"
        faults.add("no-start-time", Sample(updates.entity_ids[k], "start_time", "", told))
    good = np.flatnonzero(timetabled & (trips != NONE) & (days != NONE) & ~nameless).astype(np.int32)
    return good, trips[good], days[good]


def _indices(known: dict[str, int], names: Sequence[str]) -> I32:
    """Index of each name, NONE if unknown, and one NONE more so that index NONE finds it."""
    return np.array([known.get(name, NONE) for name in names] + [NONE], np.int32)
