"""`calendar.txt` and `calendar_dates.txt` into one table of running days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from gtfs.errors import Problem, Severity
from gtfs.model.schedule import Services
from gtfs.schedule.columns import Columns
from gtfs.schedule.feed import Feed

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_MAX = 366 * 20
"""Longest calendar kept; a service until 2099 is common, a table of it per service is waste."""


def services(feed: Feed, problems: list[Problem]) -> Services:
    """Running days of every service that either file names."""
    weekly = Columns("calendar", feed.table("calendar"), problems)
    single = Columns("calendar_dates", feed.table("calendar_dates"), problems)
    ids = tuple(dict.fromkeys((*weekly.texts("service_id"), *single.texts("service_id"))))
    starts, ends = weekly.dates("start_date"), weekly.dates("end_date")
    days = single.dates("date")
    known = [d for d in (*starts, *ends, *days) if d is not None]
    if not known:
        return Services(ids, date(1970, 1, 1), np.zeros((len(ids), 0), np.bool_))
    first, last = min(known), max(known)
    if (last - first).days >= DAYS_MAX:
        problems.append(
            Problem(
                weekly.file, 0, "end_date", last.isoformat(),
                f"the calendar spans more than {DAYS_MAX // 366} years",
                "Give an end date of at most a few years from the start; later days are left out",
                Severity.WARNING,
            )
        )  # fmt: skip
        last = first + timedelta(days=DAYS_MAX - 1)
    span = (last - first).days + 1
    active = np.zeros((len(ids), span), np.bool_)
    weekday_of_day = (first.weekday() + np.arange(span)) % 7
    flags = np.stack([weekly.small(name, (0, 1)) for name in _WEEKDAYS], axis=1).astype(np.bool_)
    position = {service: k for k, service in enumerate(ids)}
    for row, service in enumerate(weekly.texts("service_id")):
        start, end = starts[row], ends[row]
        if start is None or end is None:
            continue
        low, high = (start - first).days, min((end - first).days, span - 1)
        active[position[service], low : high + 1] |= flags[row][weekday_of_day[low : high + 1]]
    kinds = single.small("exception_type", (1, 2))
    for row, service in enumerate(single.texts("service_id")):
        day = days[row]
        if day is not None and kinds[row] and (day - first).days < span:
            active[position[service], (day - first).days] = kinds[row] == 1
    return Services(ids, first, active)
