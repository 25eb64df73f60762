"""Opening hours as one line of text, and when that means open.

The text is the common part of OpenStreetMap's `opening_hours`, with ISO dates for exceptions:

    Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-13:00; PH off; 2026-12-29/2027-01-03 off; 2026-12-24 10:00-15:00

`PH` are Japan's public holidays. For each day the most particular rule decides: a date before `PH`, `PH`
before weekdays; of equals the later one. Days that no rule names are closed. Times may pass midnight:
`18:00-26:00` and `18:00-02:00` say the same. An empty text means that hours do not apply.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import jpholiday

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MINUTES_DAY = 24 * 60
_MINUTES_MAX = 30 * 60  # as timetables in Japan write the small hours of the evening before
_TIME = re.compile(r"^(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)$")
_DATES = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?$")

IsHoliday = Callable[[date], bool]


class HoursError(ValueError):
    """A line of opening hours that cannot be read; says which part and how it should look."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One part between semicolons. Spans are minutes from midnight, the end may exceed 1440."""

    weekdays: frozenset[int]  # 0 is Monday
    holidays: bool
    first: date | None
    last: date | None
    spans: tuple[tuple[int, int], ...]

    def rank(self, holiday: bool) -> int:
        """How particular it is on a day: a date 2, a public holiday 1, a weekday 0."""
        return 2 if self.first else 1 if self.holidays and holiday else 0

    def covers(self, day: date, holiday: bool) -> bool:
        """Whether it speaks of that day."""
        if self.first and self.last:
            return self.first <= day <= self.last
        return (self.holidays and holiday) or day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class Hours:
    """Rules in the order they were written."""

    rules: tuple[Rule, ...]

    def spans(self, day: date, holiday: IsHoliday = jpholiday.is_holiday) -> tuple[tuple[int, int], ...]:
        """When it is open on that day, in minutes from its midnight; nothing where closed."""
        free = holiday(day)
        matching = [rule for rule in self.rules if rule.covers(day, free)]
        if not matching:
            return ()
        rank = max(rule.rank(free) for rule in matching)
        return [rule for rule in matching if rule.rank(free) == rank][-1].spans

    def opened(self, day: date, zone: tzinfo) -> list[tuple[datetime, datetime]]:
        """The spans of a day as instants on the clock of `zone`."""
        midnight = datetime.combine(day, time.min, zone)
        return [
            (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            for start, end in self.spans(day)
        ]

    def open_at(self, instant: datetime, zone: tzinfo) -> bool:
        """Whether it is open then; the evening before may still last."""
        return self.open_until(instant, zone) is not None

    def open_until(self, instant: datetime, zone: tzinfo) -> datetime | None:
        """When the span that contains `instant` ends; None while closed."""
        local = instant.astimezone(zone)
        for day in (local.date(), local.date() - timedelta(days=1)):
            for start, end in self.opened(day, zone):
                if start <= local < end:
                    return end
        return None

    def open_between(self, start: datetime, end: datetime, zone: tzinfo) -> bool:
        """Whether it is open at some moment of the half-open time from `start` to `end`."""
        day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
        while day <= last:
            if any(opens < end and start < closes for opens, closes in self.opened(day, zone)):
                return True
            day += timedelta(days=1)
        return False


@lru_cache(maxsize=4096)
def parse_hours(text: str) -> Hours:
    """Read a line. Raises HoursError that quotes the part and shows a right one."""
    parts = [part.strip() for part in text.split(";")]
    return Hours(tuple(_rule(part) for part in parts if part))


def _rule(part: str) -> Rule:
    if part == "24/7":
        return Rule(frozenset(range(7)), True, None, None, ((0, _MINUTES_DAY),))
    selector, _, times = part.rpartition(" ")
    if times == "off":
        spans: tuple[tuple[int, int], ...] = ()
    else:
        spans = tuple(_span(text, part) for text in times.split(","))
        if any(a_end > b_start for (_, a_end), (b_start, _) in itertools.pairwise(spans)):
            raise HoursError(f"{part!r}: the times overlap or are out of order; write them one after another")
    if not selector:
        return Rule(frozenset(range(7)), False, None, None, spans)
    dates = _DATES.match(selector)
    if dates:
        first, last = _date(dates[1], part), _date(dates[2] or dates[1], part)
        if last < first:
            raise HoursError(f"{part!r}: the last day is before the first; write first/last")
        return Rule(frozenset(), False, first, last, spans)
    days, holidays = _weekdays(selector, part)
    return Rule(days, holidays, None, None, spans)


def _weekdays(selector: str, part: str) -> tuple[frozenset[int], bool]:
    days: set[int] = set()
    holidays = False
    for word in selector.replace(" ", "").split(","):
        if word == "PH":
            holidays = True
            continue
        first, dash, last = word.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise HoursError(
                f"{part!r}: {word!r} is no day; write Mo-Fr, Sa, PH or a date such as 2026-12-31"
            )
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        days |= {(start + n) % 7 for n in range(length + 1)}
    return frozenset(days), holidays


def _span(text: str, part: str) -> tuple[int, int]:
    match = _TIME.match(text)
    if match is None:
        raise HoursError(f"{part!r}: {text!r} is no time; write 09:00-18:00, several with commas, or off")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if end < start:
        end += _MINUTES_DAY
    if not (start < _MINUTES_DAY and start < end <= _MINUTES_MAX):
        raise HoursError(f"{part!r}: {text!r} must begin before 24:00 and end after that, by 30:00")
    return start, end


def _date(text: str, part: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HoursError(f"{part!r}: {text!r} is no day of the calendar; write YYYY-MM-DD") from None
