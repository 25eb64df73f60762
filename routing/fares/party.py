"""Who rides together, and what they pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gtfs.model.fares import RiderCategory, decimals
from routing.fares.model import JourneyFare, LegFare

__all__ = ["ADULT", "CHILD", "FareBasis", "GroupFare", "PartyFare", "Riders", "half_minor", "together"]

ADULT, CHILD = "adult", "child"
_STEP_MINOR = 10


@dataclass(frozen=True, slots=True)
class Riders:
    """Who pays, by category: wheelchair users count among adults, infants do not count.

    `others` are who pays by neither, besides both: a category that a feed names, or a word for one
    (`gtfs.model.fares.RiderCategory.kind`), and how many.
    """

    adults: int = 1
    children: int = 0
    others: tuple[tuple[str, int], ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """Category and how many of those that there are, adults first."""
        found = ((ADULT, self.adults), *self.others, (CHILD, self.children))
        return tuple((category, count) for category, count in found if count)


class FareBasis(StrEnum):
    """What the fares of a category were taken from."""

    TABLES = "tables"  # each feed's own category
    HALF = "half"  # of one feed at least half an adult's: it names no category for children
    ADULT = "adult"  # of one feed at least an adult's: it has no such category


@dataclass(frozen=True, slots=True)
class GroupFare:
    """What all of one category pay for the timetabled legs, in minor units; None: not known."""

    category: str
    count: int
    basis: FareBasis | None  # None: there is no timetabled leg with known fares
    cash_minor: int | None
    card_minor: int | None
    cash: tuple[LegFare | None, ...] = ()  # of one of them, leg by leg
    card: tuple[LegFare | None, ...] = ()
    categories: tuple[RiderCategory, ...] = ()  # of the feeds, by which they pay less than adults


@dataclass(frozen=True, slots=True)
class PartyFare:
    """A party's fares in cash and by card, and of each category among them."""

    cash: JourneyFare
    card: JourneyFare
    groups: tuple[GroupFare, ...]

    @property
    def children(self) -> FareBasis | None:
        """What children's fares were taken from, None where none ride a timetabled leg."""
        return next((group.basis for group in self.groups if group.category == CHILD), None)


def half_minor(adult_minor: int, currency: str) -> int:
    """A child's fare where no table says it: half, of yen rounded up to ten as Japanese operators do."""
    half = -(-adult_minor // 2)
    return -(-half // _STEP_MINOR) * _STEP_MINOR if decimals(currency) == 0 else half


def together(each: Sequence[tuple[int, LegFare | None]], adult: LegFare | None) -> LegFare | None:
    """What (how many, the fare of one) pay together for a leg; None where anybody's is not known."""
    if adult is None or any(fare is None for _, fare in each):
        return None
    fares = [(count, fare) for count, fare in each if fare is not None]
    total = sum(count * fare.amount_minor for count, fare in fares)
    # The tickets of people who pay differently may differ: said is only what holds for everybody.
    names = {fare.product for _, fare in fares} or {adult.product}
    ends = {fare.until_s for _, fare in fares} if fares else {adult.until_s}
    return LegFare(
        total, adult.currency, names.pop() if len(names) == 1 else "", ends.pop() if len(ends) == 1 else None
    )
