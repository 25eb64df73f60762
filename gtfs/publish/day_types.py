"""What a timetable offers on a weekday, a Saturday and a Sunday or holiday: the days that riders think in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import jpholiday
import numpy as np

from gtfs.model.schedule import Bool, Schedule

__all__ = ["DayType", "Departures", "Offer", "Run", "day_type", "offers"]


class DayType(StrEnum):
    """平日, 土曜, 日祝."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    HOLIDAY = "holiday"


Run = tuple[int, tuple[str, ...]]
"""One departure: seconds from service-day noon minus 12 h at the first stop, and the stops."""
DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Departures:
    """What one line offers in one direction on one type of day."""

    runs: tuple[Run, ...]  # by time

    @property
    def first_s(self) -> int:
        """Its first departure."""
        return self.runs[0][0]

    @property
    def last_s(self) -> int:
        """Its last departure."""
        return self.runs[-1][0]


@dataclass(frozen=True, slots=True)
class Offer:
    """What runs on one type of day, shown by the day of that type whose timetable holds most often."""

    day: date
    lines: dict[tuple[str, int], Departures]  # (route, direction; -1 if none) -> departures
    stops: frozenset[str]  # where something calls


@lru_cache(maxsize=4096)
def day_type(day: date) -> DayType:
    """Which timetable a Japanese operator would hang out on that day; holidays count as Sundays."""
    if jpholiday.is_holiday(day) or day.weekday() == 6:
        return DayType.HOLIDAY
    return DayType.SATURDAY if day.weekday() == 5 else DayType.WEEKDAY


def offers(schedule: Schedule, from_day: date | None = None) -> dict[DayType, Offer]:
    """The offer of each type of day that has one, from `from_day` (the calendar's beginning) on."""
    found: dict[DayType, Counter[bytes]] = defaultdict(Counter)
    first_of: dict[tuple[DayType, bytes], tuple[date, Bool]] = {}
    for day, active in _days(schedule, from_day):
        kind, key = day_type(day), active.tobytes()
        found[kind][key] += 1
        first_of.setdefault((kind, key), (day, active))
    usual = {kind: first_of[kind, counts.most_common(1)[0][0]] for kind, counts in found.items()}
    return {kind: _offer(schedule, day, active) for kind, (day, active) in sorted(usual.items())}


def _days(schedule: Schedule, from_day: date | None) -> Iterator[tuple[date, Bool]]:
    services = schedule.services
    skipped = 0 if from_day is None else max(0, (from_day - services.first_date).days)
    days = services.active.shape[1]
    for d in range(skipped, min(days, skipped + DAYS_MAX)):
        if services.active[:, d].any():
            yield services.first_date + timedelta(days=d), services.active[:, d]


def _offer(schedule: Schedule, day: date, active: Bool) -> Offer:
    runs: dict[tuple[str, int], list[Run]] = defaultdict(list)
    served: set[str] = set()
    trips, times = schedule.trips, schedule.stop_times
    repeated = _repetitions(schedule)
    names: dict[bytes, tuple[str, ...]] = {}
    for trip in np.flatnonzero(active[trips.service]).tolist():
        rows = slice(int(times.offsets[trip]), int(times.offsets[trip + 1]))
        indices = times.stop[rows]
        key = indices.tobytes()
        if key not in names:
            names[key] = tuple(schedule.stops.ids[s] for s in indices.tolist() if s >= 0)
            served.update(names[key])
        begin = int(times.departure_s[rows][0])
        line = (schedule.routes.ids[trips.route[trip]], int(trips.direction[trip]))
        runs[line] += [(start, names[key]) for start in repeated.get(trip, (begin,))]
    lines = {line: Departures(tuple(sorted(found))) for line, found in sorted(runs.items())}
    return Offer(day, lines, frozenset(served))


def _repetitions(schedule: Schedule) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    table = schedule.frequencies
    for k, trip in enumerate(table.trip.tolist()):
        found[trip] += range(int(table.start_s[k]), int(table.end_s[k]), int(table.headway_s[k]))
    return found
