"""What is priced, and the price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gtfs.model.fares import FareMedium


class Payment(StrEnum):
    """How a rider pays."""

    CASH = "cash"  # or a paper ticket
    CARD = "card"  # an IC card, a bank card held to the reader, an app


@dataclass(frozen=True, slots=True)
class PaidLeg:
    """One leg as fares see it; identifiers are the feed's own."""

    position: int  # in the journey's legs
    route_id: str
    agency_id: str
    stops: tuple[str, ...]  # boarding to alighting
    stations: tuple[str, str]  # parent of the first and of the last stop, "" without one
    departure: tuple[date, int]  # local day, and seconds from its midnight
    arrival: tuple[date, int]
    departure_s: int  # seconds on one scale for the whole journey
    arrival_s: int
    seated: bool  # reached without leaving the vehicle
    errand: bool = False  # something was done between the feed's leg before it and this one


@dataclass(frozen=True, slots=True)
class LegFare:
    """What one leg costs. A ticket that covers several legs stands at the first, the others cost 0."""

    amount_minor: int
    currency: str
    product: str  # fare class or product, as the feed names it
    until_s: int | None = None  # riding on with the ticket costs nothing more until then; the journey's scale
    ticket: int | None = None  # paid with an earlier leg: its position in the journey


@dataclass(frozen=True, slots=True)
class MediumFare:
    """What one leg costs with one of its feed's media."""

    medium: FareMedium
    fare: LegFare


@dataclass(frozen=True, slots=True)
class JourneyFare:
    """Fares leg by leg (None: a walk, or not known) and in sum; `total_minor` is None if any is not known."""

    legs: tuple[LegFare | None, ...]
    total_minor: int | None
    currency: str
