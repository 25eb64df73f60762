"""Calendars with the national holidays of Japan worked in, as rows of calendar.txt and calendar_dates.txt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import jpholiday

from gtfs.authoring.documents import Calendar, Special, Weekday

__all__ = ["WEEKDAYS", "calendar_of", "dates_of", "exceptions", "ymd"]

WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def ymd(day: date) -> str:
    """`20261125`."""
    return day.strftime("%Y%m%d")


def dates_of(calendar: Calendar) -> Iterator[date]:
    """Every day on which it runs."""
    more, less = set(calendar.also_on), set(calendar.not_on)
    for k in range((calendar.end - calendar.start).days + 1):
        day = calendar.start + timedelta(days=k)
        if day not in less and (day in more or _runs(calendar, day)):
            yield day
    yield from sorted(d for d in more if not calendar.start <= d <= calendar.end)


def _runs(calendar: Calendar, day: date) -> bool:
    usual = WEEKDAYS[day.weekday()] in calendar.days
    if (day.month, day.day) in _YEAR_END and calendar.year_end != "as_usual":
        return calendar.year_end == "run"
    if calendar.holidays != "as_usual" and jpholiday.is_holiday(day):
        return calendar.holidays == "run"
    return usual


def exceptions(calendar: Calendar) -> list[tuple[date, bool]]:
    """Days that differ from the weekly pattern, each with whether it runs."""
    runs = set(dates_of(calendar))
    span = (calendar.start + timedelta(days=k) for k in range((calendar.end - calendar.start).days + 1))
    found = [(d, d in runs) for d in span if (WEEKDAYS[d.weekday()] in calendar.days) != (d in runs)]
    return found + [(d, True) for d in sorted(runs) if not calendar.start <= d <= calendar.end]


def calendar_of(
    days: list[Weekday], start: date, end: date, more: Iterable[date], less: Iterable[date]
) -> Calendar:
    """The document of a feed's calendar: holidays named as such where all of them differ in the same way."""
    more, less = set(more), set(less)
    inside = [start + timedelta(days=k) for k in range((end - start).days + 1)]
    holidays = {d for d in inside if jpholiday.is_holiday(d)}
    said: Special = "as_usual"
    for special, marked in (("run", more), ("no_service", less)):
        differing = {d for d in holidays if (WEEKDAYS[d.weekday()] in days) != (special == "run")}
        if differing and differing <= marked:
            said = "run" if special == "run" else "no_service"
            more, less = more - differing, less - differing
            break
    return Calendar(
        days=list(days), start=start, end=end, holidays=said, also_on=sorted(more), not_on=sorted(less)
    )


def weekly_of(dates: Iterable[date]) -> tuple[list[Weekday], date, date]:
    """The weekly pattern that fits single dates best, with the first and last of them."""
    dates = sorted(set(dates))
    first, last = dates[0], dates[-1]
    ran = Counter(d.weekday() for d in dates)
    weeks = Counter((first + timedelta(days=k)).weekday() for k in range((last - first).days + 1))
    return [WEEKDAYS[d] for d in range(7) if ran[d] * 2 > weeks[d]], first, last
