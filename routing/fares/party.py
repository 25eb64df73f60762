"""Who rides together, and what they pay."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gtfs.model.fares import decimals
from routing.fares.model import JourneyFare, LegFare

__all__ = ["ChildFares", "PartyFare", "Riders", "half_minor", "together"]

_STEP_MINOR = 10


@dataclass(frozen=True, slots=True)
class Riders:
    """Who pays: wheelchair users count among adults, infants do not count."""

    adults: int = 1
    children: int = 0


class ChildFares(StrEnum):
    """What children's fares were taken from."""

    TABLES = "tables"  # each feed's own category for children
    HALF = "half"  # of one feed at least half an adult's: it names no category for children


@dataclass(frozen=True, slots=True)
class PartyFare:
    """A party's fares in cash and by card; `children` is None where none ride a timetabled leg."""

    cash: JourneyFare
    card: JourneyFare
    children: ChildFares | None


def half_minor(adult_minor: int, currency: str) -> int:
    """A child's fare where no table says it: half, of yen rounded up to ten as Japanese operators do."""
    half = -(-adult_minor // 2)
    return -(-half // _STEP_MINOR) * _STEP_MINOR if decimals(currency) == 0 else half


def together(riders: Riders, adult: LegFare | None, child: LegFare | None) -> LegFare | None:
    """What all of them pay for a leg, None where the fare of anybody who rides is not known."""
    counted = [(n, fare) for n, fare in ((riders.adults, adult), (riders.children, child)) if n]
    if adult is None or any(fare is None for _, fare in counted):
        return None
    total = sum(n * fare.amount_minor for n, fare in counted if fare is not None)
    return LegFare(total, adult.currency, adult.product)
