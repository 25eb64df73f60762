"""On which days each service runs, as far as its rows can be read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import I64, Bool
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG

__all__ = ["ServiceDays", "service_days"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_MAX = 36_600
"""A century: what lies further from the first day is a slip of the pen, and reported as a date."""
CELLS_MAX = 200_000_000
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


class ServiceDays(NamedTuple):
    """`active[k, d]`: whether service `ids[k]` runs on day `first + d` (days since 1970-01-01)."""

    ids: list[str]
    number: dict[str, int]
    first: int
    active: Bool

    def window(self, service: int) -> tuple[int, int] | None:
        """First and last running day, None if it never runs."""
        days = np.flatnonzero(self.active[service])
        return (self.first + int(days[0]), self.first + int(days[-1])) if len(days) else None


def service_days(weekly: Table, single: Table) -> ServiceDays:
    """Services in the order of `calendar.txt`, then `calendar_dates.txt`."""
    ids = [s for s in dict.fromkeys([*weekly.texts("service_id"), *single.texts("service_id")]) if s]
    number = {s: k for k, s in enumerate(ids)}
    starts, ends, dates = weekly.days("start_date"), weekly.days("end_date"), single.days("date")
    known = np.concatenate([d[d > WRONG] for d in (starts, ends, dates)])
    if not len(known):
        return ServiceDays(ids, number, 0, np.zeros((len(ids), 0), np.bool_))
    middle = int(np.sort(known)[len(known) // 2])  # a day that is there: the mean of two may be near none
    known = known[np.abs(known - middle) <= DAYS_MAX // 2]
    first = int(known.min())
    span = min(int(known.max()) - first + 1, max(CELLS_MAX // max(len(ids), 1), 1))
    active = np.zeros((len(ids), span), np.bool_)
    _weekly(active, weekly, number, starts - first, ends - first, first)
    kinds = single.choice("exception_type")
    usable = (dates > WRONG) & (dates - first >= 0) & (dates - first < span)
    named = [number.get(s, -1) for s in single.texts("service_id")]
    for row in np.flatnonzero(usable).tolist():
        if named[row] >= 0 and kinds[row] in (1, 2):
            active[named[row], dates[row] - first] = kinds[row] == 1
    return ServiceDays(ids, number, first, active)


def _weekly(active: Bool, weekly: Table, number: dict[str, int], low: I64, high: I64, first: int) -> None:
    weekday = (np.arange(active.shape[1]) + first + _EPOCH_WEEKDAY) % 7
    flags = np.stack([weekly.choice(name) == 1 for name in WEEKDAYS], axis=1) if weekly.height else None
    for row, service in enumerate(weekly.texts("service_id")):
        if not service or flags is None or low[row] < -DAYS_MAX or high[row] < -DAYS_MAX:
            continue
        begin, end = max(int(low[row]), 0), min(int(high[row]) + 1, active.shape[1])
        if begin < end:
            active[number[service], begin:end] |= flags[row][weekday[begin:end]]
