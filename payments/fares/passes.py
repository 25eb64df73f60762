"""Passes and subscriptions: all you can ride in an area, for some days or by the month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from payments.errors import FareError
from payments.fares.caps import Period, period_of
from payments.money import Rounding, round_minor


@dataclass(frozen=True, slots=True)
class Ride:
    """What a pass is held against: where from, where to, whose service, which service day."""

    day: date
    operator: str
    zone_from: str
    zone_to: str


@dataclass(frozen=True, slots=True)
class AreaPass:
    """Covers rides from `first_day` to `last_day` inclusive, within `zones`, of `operators` (all when empty).

    `rides_max` limits a carnet; None is all you can ride. `rides_used` is counted by whoever keeps the pass.
    """

    name: str
    first_day: date
    last_day: date
    zones: frozenset[str]
    operators: frozenset[str] = frozenset()
    rides_max: int | None = None
    rides_used: int = 0

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise FareError(f"pass {self.name!r} ends ({self.last_day}) before it begins ({self.first_day})")

    def covers(self, ride: Ride) -> bool:
        """Whether the whole ride is covered."""
        return (
            self.first_day <= ride.day <= self.last_day
            and {ride.zone_from, ride.zone_to} <= self.zones
            and (not self.operators or ride.operator in self.operators)
            and (self.rides_max is None or self.rides_used < self.rides_max)
        )


def covering(passes: Iterable[AreaPass], ride: Ride) -> AreaPass | None:
    """The pass to use: one without a count first, then the one that ends soonest."""
    found = [p for p in passes if p.covers(ride)]
    return min(found, key=lambda p: (p.rides_max is not None, p.last_day, p.name), default=None)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A pass that renews each calendar month at `monthly_minor`.

    From `start` until `end` (inclusive, None: open).
    """

    name: str
    monthly_minor: int
    start: date
    end: date | None = None


def month_charge(subscription: Subscription, month: date) -> int:
    """What the month that `month` lies in costs.

    By the day where it begins or ends within it, rounded down.
    """
    first, after = period_of(month, Period.MONTH)
    begin = max(first, subscription.start)
    end = (
        after if subscription.end is None else min(after, date.fromordinal(subscription.end.toordinal() + 1))
    )
    days = max(0, (end - begin).days)
    return round_minor(Fraction(subscription.monthly_minor * days, (after - first).days), Rounding.DOWN)


def pass_refund(price_minor: int, held: AreaPass, given_up_on: date, fee_minor: int) -> int:
    """Refund of a pass given up on a day: the days not begun, less a fee, never below zero."""
    whole = (held.last_day - held.first_day).days + 1
    left = min(whole, max(0, (held.last_day - given_up_on).days))
    return max(0, round_minor(Fraction(price_minor * left, whole), Rounding.DOWN) - fee_minor)
