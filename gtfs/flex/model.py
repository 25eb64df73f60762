"""An on-demand service as plain values. Times are seconds of the service day, money minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "Amounts",
    "Booking",
    "Form",
    "Loop",
    "LoopTrip",
    "OnDemandService",
    "Price",
    "ServiceDays",
    "StopPlace",
]

Texts = dict[str, str]
"""Language (BCP 47) -> text."""


class Form(StrEnum):
    """How the feed says where riders may board."""

    STOPS = "stops"  # at these stops: a location group
    ZONE = "zone"  # anywhere within a polygon: locations.geojson


@dataclass(frozen=True, slots=True)
class StopPlace:
    """A place where the service stops."""

    id: str
    name: Texts
    lat: float
    lon: float
    wheelchair: bool


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """When the service runs: weekdays (0 Monday .. 6 Sunday), and whether on national holidays."""

    id: str
    weekdays: frozenset[int]
    holidays: bool
    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True)
class LoopTrip:
    """One round: when it is at each stop of its loop, and on which days."""

    id: str
    days_id: str
    times_s: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A fixed loop that the same vehicles run by the clock."""

    id: str
    name: Texts
    stops: tuple[str, ...]
    dwell_s: int
    trips: tuple[LoopTrip, ...]


Amounts = tuple[int, int]
"""What an adult and a child pay, minor units."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a ride costs one person; pairs of stops that cost more than the base price by name."""

    currency: str
    decimals: int  # minor units are 10 ** -decimals
    base: Amounts
    by_pair: dict[tuple[str, str], Amounts]


@dataclass(frozen=True, slots=True)
class Booking:
    """How rides are asked for: at once or at most so many days ahead."""

    url: str
    message: Texts
    ahead_days_max: int
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OnDemandService:
    """Everything that the feed says."""

    id: str
    name: Texts
    url: str
    timezone: str
    lang: str  # of names that are not translated
    contact: str
    stops: tuple[StopPlace, ...]
    zone: tuple[tuple[float, float], ...]  # (lon, lat)
    days: tuple[ServiceDays, ...]
    start: date
    end: date
    holidays: frozenset[date]
    booking: Booking
    price: Price | None = None
    loops: tuple[Loop, ...] = ()
