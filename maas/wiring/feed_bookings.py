"""Live bookings as the feed house asks for them: timetabled rides, without their riders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from sqlalchemy import select

from maas.area.open import Area
from maas.booking import tables as t
from maas.booking.model import OPEN_PARTS, Part
from maas.booking.wishes import TransitWish
from maas.feeds.ports import BookedLeg
from storage.database import Database

__all__ = ["BundleLegs"]

_OPEN = sorted(state.value for state in OPEN_PARTS)
_SECONDS_A_DAY = 86_400


class BundleLegs:
    """Implements `maas.feeds.ports.LiveBookings` over the tables of bundles."""

    def __init__(self, area: Area, database: Database) -> None:
        self._area = area
        self._database = database

    def transit_legs(self, feed_id: str, from_day: date) -> Iterable[BookedLeg]:
        """Open timetabled parts on or after a day; ids of a merged network lose their feed's prefix."""
        begin_ms = (self._area.planner.network.clock.origin(from_day) - _SECONDS_A_DAY) * 1000
        rides = select(t.part.c.bundle_id).where(
            t.part.c.kind == "transit", t.part.c.state.in_(_OPEN), t.part.c.starts_ms >= begin_ms
        )
        query = (
            select(t.part.c.bundle_id, t.part.c.body)
            .where(t.part.c.bundle_id.in_(rides), t.part.c.state.in_(_OPEN))
            .order_by(t.part.c.bundle_id, t.part.c.no)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        bundles: dict[str, list[Part]] = {}
        for bundle_id, body in rows:
            bundles.setdefault(bundle_id, []).append(msgspec.json.decode(body, type=Part))
        for bundle_id, parts in bundles.items():
            yield from self._legs(bundle_id, parts, feed_id, from_day)

    def _legs(self, bundle_id: str, parts: list[Part], feed_id: str, from_day: date) -> Iterator[BookedLeg]:
        for part in parts:
            wish = part.wish
            if not isinstance(wish, TransitWish) or not wish.trip_id or not wish.service_date:
                continue
            day = date.fromisoformat(wish.service_date)
            trip = _own(wish.trip_id, feed_id)
            if day < from_day or trip is None:
                continue
            origin = self._area.planner.network.clock.origin(day)
            later = [
                p.held.starts_ms // 1000
                for p in parts
                if p.held is not None and p.held.starts_ms is not None
                and p.held.starts_ms >= wish.arrive_s * 1000
            ]  # fmt: skip
            yield BookedLeg(
                bundle_id, feed_id, trip, day,
                _own(wish.origin.stop_id, feed_id) or wish.origin.stop_id,
                _own(wish.destination.stop_id, feed_id) or wish.destination.stop_id,
                wish.depart_s - origin, wish.arrive_s - origin,
                min(later) - origin if later else None, wish.destination.name,
            )  # fmt: skip


def _own(identifier: str, feed_id: str) -> str | None:
    """An identifier without the prefix of its feed; None if it is another feed's."""
    prefix, colon, rest = identifier.partition(":")
    if not colon:
        return identifier
    return rest if prefix == feed_id else None
