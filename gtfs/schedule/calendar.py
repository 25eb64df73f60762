"""`calendar.txt` and `calendar_dates.txt` into one table of running days."""

from __future__ import annotations

from datetime import date

import numpy as np

from gtfs.errors import Problem, Severity
from gtfs.model.schedule import I64, Bool, Services
from gtfs.schedule.columns import NO_DAY, Columns
from gtfs.schedule.feed import Feed

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = date(1990, 1, 1), date(2149, 12, 31)
CELLS_MAX = 64_000_000
"""Services times days that are kept; a service until 2099 is common, and costs 30 kB."""


def services(feed: Feed, problems: list[Problem]) -> Services:
    """Running days of every service that either file names."""
    weekly = Columns(feed, "calendar", problems)
    single = Columns(feed, "calendar_dates", problems)
    _drop_repeated(weekly)
    for columns in (weekly, single):
        named = columns.given("service_id")
        columns.report(~named, "service_id", "the service has no identifier", "Name it as trips.txt does")
        columns.keep(named)
    ids = tuple(dict.fromkeys((*weekly.texts("service_id"), *single.texts("service_id"))))
    starts = _within(weekly, "start_date", weekly.dates("start_date"))
    ends = _within(weekly, "end_date", weekly.dates("end_date"))
    days = _within(single, "date", single.dates("date"))
    backwards = (ends < starts) & (ends != NO_DAY)
    weekly.report(backwards, "end_date", "the service ends before it starts", "Exchange the dates")
    known = np.concatenate([d[d != NO_DAY] for d in (starts, ends, days)])
    if not len(known):
        return Services(ids, _EPOCH, np.zeros((len(ids), 0), np.bool_))
    first = int(known.min())
    span = min(int(known.max()) - first + 1, CELLS_MAX // len(ids))
    if span <= known.max() - first:
        message, fix = f"only {span} days of so many services are kept", "End the services earlier"
        problems.append(Problem(weekly.file, 0, "end_date", "", message, fix, Severity.WARNING))
    active = np.zeros((len(ids), span), np.bool_)
    weekday_of_day = (date.fromordinal(first + _EPOCH.toordinal()).weekday() + np.arange(span)) % 7
    flags = np.stack([weekly.small(name, (0, 1), severity=Severity.ERROR) for name in _WEEKDAYS], axis=1)
    row_service = weekly.index("service_id", ids, "calendar.service_id")
    for row, service in enumerate(row_service.tolist()):
        if starts[row] == NO_DAY or ends[row] == NO_DAY:
            continue
        low, high = int(starts[row]) - first, int(ends[row]) - first + 1
        active[service, low:high] |= flags[row][weekday_of_day[low:high]].astype(np.bool_)
    kinds = single.small("exception_type", (1, 2), severity=Severity.ERROR)
    single.report(~single.given("exception_type"), "exception_type", "the value is missing", "Write 1 or 2")
    service_of = single.index("service_id", ids, "calendar_dates.service_id")
    usable = (days != NO_DAY) & (kinds > 0) & (days - first < span)
    # In file order, so that the last word on a day counts.
    active[service_of[usable], days[usable] - first] = kinds[usable] == 1
    return Services(ids, date.fromordinal(first + _EPOCH.toordinal()), active)


def _drop_repeated(columns: Columns) -> None:
    ids = columns.text("service_id").str.strip_chars()
    first: Bool = (ids.is_first_distinct() | (ids == "")).to_numpy()
    message, fix = "the service is there already; the first row counts", "Give each service one row"
    columns.report(~first, "service_id", message, fix)
    columns.keep(first)


def _within(columns: Columns, column: str, days: I64) -> I64:
    """Days cut to the years that a timetable can mean: a slip of the pen shall not make it millennia long."""
    low, high = (_FIRST - _EPOCH).days, (_LAST - _EPOCH).days
    outside = (days != NO_DAY) & ((days < low) | (days > high))
    columns.report(
        outside, column, f"not between {_FIRST.year} and {_LAST.year}; taken as the nearest day in them",
        "Correct the year", Severity.WARNING,
    )  # fmt: skip
    return np.where(days == NO_DAY, days, np.clip(days, low, high))
