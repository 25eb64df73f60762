"""Pay as you go, never more than a day, week or month pass would have cost.

Dates are service days. Weeks begin on Monday, months on the first. A cap counts what was charged, not what
was ridden, and only rides of the operators that the cap names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from payments.errors import FareError


class Period(Enum):
    """How long a cap counts for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `amount_minor` within each `period` for rides of `operators` (all of them when empty)."""

    name: str
    period: Period
    amount_minor: int
    operators: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            raise FareError(f"cap {self.name!r}: amount_minor must be positive, not {self.amount_minor}")

    def counts(self, operator: str) -> bool:
        """Whether rides of the operator count towards this cap."""
        return not self.operators or operator in self.operators


@dataclass(frozen=True, slots=True)
class Ridden:
    """A ride that was charged before: the service day, its operator, and what the rider paid."""

    day: date
    operator: str
    charged_minor: int


def period_of(day: date, period: Period) -> tuple[date, date]:
    """First day of the period that `day` lies in, and first day after it."""
    if period is Period.DAY:
        return day, day + timedelta(days=1)
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def room_minor(cap: Cap, day: date, before: Iterable[Ridden]) -> int:
    """What may still be charged under `cap` on `day`; never below zero."""
    first, after = period_of(day, cap.period)
    spent = sum(r.charged_minor for r in before if first <= r.day < after and cap.counts(r.operator))
    return max(0, cap.amount_minor - spent)


def capped(
    fare_minor: int, day: date, operator: str, caps: Sequence[Cap], before: Sequence[Ridden]
) -> tuple[int, str]:
    """What to charge for a fare, and the name of the cap that lowered it (empty if none)."""
    charged, reason = fare_minor, ""
    for cap in caps:
        if cap.counts(operator) and (room := room_minor(cap, day, before)) < charged:
            charged, reason = room, cap.name
    return charged, reason
