"""Finding offers by category, words, time, place on the map, and by what can be reached in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from maas.errors import BadRequest
from maas.places.index import distance_m
from maas.services.availability import Availability, fits, slots_between
from maas.services.catalogue import Snapshot
from maas.services.model import Category, Kind, Mode, Offer, Provider, Versioned
from maas.services.ports import Reachability

__all__ = ["Found", "Near", "Reach", "Results", "ServiceQuery", "search"]

SLOTS_SHOWN = 3
_DELIVERED = {Mode.DRONE, Mode.CART}
_SPAN_MAX = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Near:
    """A position and how far from it one looks."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached from a position within so many minutes, with one's own means (none given: all)."""

    lat: float
    lon: float
    minutes: int
    at: datetime
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceQuery:
    """Everything is optional; what is given must all hold."""

    text: str = ""
    categories: frozenset[Category] = frozenset()
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    wheelchair: bool = False
    open_at: datetime | None = None
    free_from: datetime | None = None
    free_to: datetime | None = None
    quantity: int = 1
    bbox: tuple[float, float, float, float] | None = None  # west, south, east, north
    near: Near | None = None
    reach: Reach | None = None
    limit: int = 20
    offset: int = 0

    def __post_init__(self) -> None:
        if (self.free_from is None) != (self.free_to is None):
            raise BadRequest("free_from and free_to belong together: give both or neither")
        if self.free_from and self.free_to and not timedelta(0) < self.free_to - self.free_from <= _SPAN_MAX:
            raise BadRequest("free_to must be after free_from, by at most 31 days")
        if self.bbox is not None and (self.bbox[0] > self.bbox[2] or self.bbox[1] > self.bbox[3]):
            raise BadRequest(f"bbox {self.bbox}: write west,south,east,north in degrees")


@dataclass(frozen=True, slots=True)
class Found:
    """An offer that fits; what was not asked for is None or empty."""

    stored: Versioned
    provider: Provider
    distance_m: float | None
    minutes: float | None
    comes: Mode | None  # it reaches the person instead: remote, or delivered
    slots: tuple[Availability, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, and how many there are in all."""

    found: tuple[Found, ...]
    total: int


def search(
    connection: Connection,
    snapshot: Snapshot,
    query: ServiceQuery,
    *,
    now: datetime,
    zone: tzinfo,
    reachability: Reachability | None = None,
) -> Results:
    """Best text match first, else quickest, else nearest, else by id. Raises BadRequest."""
    ranked = _by_text(snapshot, query)
    fitting = [one for one in ranked if _fits(one.offer, query, zone)]
    minutes = _minutes([one.offer for one in fitting], query, reachability)
    fitting = [one for one in fitting if minutes is None or one.offer.id in minutes]
    free = _free([one.offer for one in fitting], connection, query, now, zone)
    fitting = [one for one in fitting if free is None or free[one.offer.id]]
    made = [_found(one, snapshot, query, minutes or {}, free or {}) for one in fitting]
    if not query.text:
        made.sort(key=_nearest_first)
    return Results(tuple(made[query.offset : query.offset + query.limit]), len(made))


def _by_text(snapshot: Snapshot, query: ServiceQuery) -> Sequence[Versioned]:
    if not query.text.strip():
        return list(snapshot.offers.values())
    found = snapshot.index.search(query.text, limit=max(1, len(snapshot.offers)))
    return [snapshot.offers[f.place.id] for f in found if f.place.id in snapshot.offers]


def _fits(offer: Offer, query: ServiceQuery, zone: tzinfo) -> bool:
    position = offer.position
    return (
        (not query.categories or offer.category in query.categories)
        and (not query.tags or bool(query.tags & set(offer.tags)))
        and (not query.languages or bool(query.languages & set(offer.languages)))
        and (not query.wheelchair or offer.accessibility.wheelchair is True)
        and (query.open_at is None or _open_at(offer, query.open_at, zone))
        and (query.bbox is None or (position is not None and _inside(position, query.bbox)))
        and (query.near is None or (position is not None and _within(position, query.near)))
    )


def _open_at(offer: Offer, instant: datetime, zone: tzinfo) -> bool:
    """By hours, or by an event's dates; a hotel or a coupon without hours is always open while valid."""
    if not offer.valid_on(instant.astimezone(zone).date()):
        return False
    if offer.kind is Kind.EVENT:
        return any(one.starts_at <= instant < one.ends_at for one in offer.occurrences)
    return not offer.hours or offer.opening.open_at(instant, zone)


def _inside(position: tuple[float, float], bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    return south <= position[0] <= north and west <= position[1] <= east


def _within(position: tuple[float, float], near: Near) -> bool:
    return distance_m(position, (near.lat, near.lon)) <= near.radius_m


def _minutes(
    offers: Sequence[Offer], query: ServiceQuery, reachability: Reachability | None
) -> dict[str, float | Mode] | None:
    """Offer id -> minutes to get there, or how it comes instead; None if nobody asked."""
    reach = query.reach
    if reach is None:
        return None
    if reachability is None:
        raise BadRequest("travel times are not available on this server; search with near and a radius")
    origin = (reach.lat, reach.lon)
    found: dict[str, float | Mode] = {}
    visits = [(o.id, o.position) for o in offers if o.position is not None and Mode.ON_SITE in o.modes]
    if visits:
        points = [position for _, position in visits]
        times = reachability.minutes(origin, reach.at, reach.minutes, points, reach.means)
        found = {
            offer_id: float(m) for (offer_id, _), m in zip(visits, times, strict=True) if m <= reach.minutes
        }
    for offer in offers:
        comes = _comes(offer, origin)
        if comes is not None and offer.id not in found:
            found[offer.id] = comes
    return found


def _comes(offer: Offer, to: tuple[float, float]) -> Mode | None:
    """How the service reaches somebody there, if it does."""
    if Mode.REMOTE in offer.modes:
        return Mode.REMOTE
    delivered = next((mode for mode in offer.modes if mode in _DELIVERED), None)
    if delivered is None or offer.position is None or offer.delivery_radius_m is None:
        return None
    return delivered if distance_m(offer.position, to) <= offer.delivery_radius_m else None


def _free(
    offers: Sequence[Offer], connection: Connection, query: ServiceQuery, now: datetime, zone: tzinfo
) -> dict[str, tuple[Availability, ...]] | None:
    if query.free_from is None or query.free_to is None:
        return None
    start, end = max(query.free_from, now), query.free_to
    if start >= end or not offers:
        return {offer.id: () for offer in offers}
    slots = slots_between(connection, [offer.id for offer in offers], start, end, now=now, limit=100_000)
    return {
        offer.id: tuple(
            slot
            for slot in slots[offer.id]
            if slot.has(query.quantity) and fits(offer, slot, start, end, zone)
        )
        for offer in offers
    }


def _found(
    one: Versioned,
    snapshot: Snapshot,
    query: ServiceQuery,
    minutes: Mapping[str, float | Mode],
    free: Mapping[str, tuple[Availability, ...]],
) -> Found:
    origin = query.near or query.reach
    position = one.offer.position
    away = None
    if origin is not None and position is not None:
        away = distance_m((origin.lat, origin.lon), position)
    way = minutes.get(one.offer.id)
    return Found(
        stored=one,
        provider=snapshot.providers[one.offer.provider_id],
        distance_m=away,
        minutes=None if way is None or isinstance(way, Mode) else way,
        comes=way if isinstance(way, Mode) else None,
        slots=free.get(one.offer.id, ())[:SLOTS_SHOWN],
    )


def _nearest_first(found: Found) -> tuple[float, float, str]:
    far = float("inf")
    minutes = far if found.minutes is None else found.minutes
    return minutes, far if found.distance_m is None else found.distance_m, found.stored.offer.id
