"""What can be booked when: a reading of slots as of now, in which expired holds are free again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, func, or_, select

from maas.services.model import Kind, Offer
from maas.services.sql import database_now_ms, optional_ms, to_ms
from maas.services.tables import hold as hold_table
from maas.services.tables import offer as offer_table
from maas.services.tables import slot as slot_table

__all__ = ["Availability", "fits", "slots_between"]


@dataclass(frozen=True, slots=True)
class Availability:
    """A bookable slot. `free` is None without a limit, and 0 while others wait for it."""

    slot_id: str
    offer_id: str
    starts_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None  # bookable until then
    capacity: int | None
    free: int | None
    waiting: int
    price_minor: int  # yen for one unit

    def has(self, quantity: int) -> bool:
        """Whether so many are free."""
        return self.free is None or self.free >= quantity


def slots_between(
    connection: Connection,
    offer_ids: Sequence[str],
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    limit: int = 5000,
) -> dict[str, list[Availability]]:
    """Slots of the offers that touch the time from `start` to `end` and can still be booked, in order."""
    s = slot_table.c
    expired = (
        select(hold_table.c.slot_id, func.sum(hold_table.c.quantity).label("units"))
        .where(hold_table.c.state == "held", hold_table.c.expires_at_ms <= database_now_ms())
        .group_by(hold_table.c.slot_id)
        .subquery()
    )
    query = (
        select(
            slot_table,
            func.coalesce(expired.c.units, 0).label("expired"),
            func.coalesce(s.price_minor, offer_table.c.price_minor).label("price"),
        )
        .join_from(slot_table, offer_table, s.offer_id == offer_table.c.id)
        .outerjoin(expired, expired.c.slot_id == s.id)
        .where(
            s.offer_id.in_(offer_ids),
            s.state == "open",
            or_(s.closes_at_ms.is_(None), s.closes_at_ms > to_ms(now)),
            or_(s.starts_at_ms.is_(None), s.starts_at_ms < to_ms(end)),
            or_(s.ends_at_ms.is_(None), s.ends_at_ms > to_ms(start)),
        )
        .order_by(s.starts_at_ms, s.id)
        .limit(limit)
    )
    found: dict[str, list[Availability]] = {offer_id: [] for offer_id in offer_ids}
    for row in connection.execute(query):
        found[row.offer_id].append(_availability(row))
    return found


def fits(offer: Offer, slot: Availability, start: datetime, end: datetime, zone: tzinfo) -> bool:
    """Whether the slot serves somebody who is free from `start` to `end`.

    A time must lie within; a night or an event must begin within; a day ticket or a coupon can be used if
    it is open at some moment of it.
    """
    if slot.starts_at is not None and offer.kind in (Kind.TIMES, Kind.EVENT, Kind.NIGHTS):
        inside = offer.kind is not Kind.TIMES or (slot.ends_at is not None and slot.ends_at <= end)
        return start <= slot.starts_at < end and inside
    begin = max(start, slot.starts_at or start)
    finish = min(end, slot.ends_at or end)
    return begin < finish and (not offer.hours or offer.opening.open_between(begin, finish, zone))


def _availability(row: Any) -> Availability:
    free = None if row.free is None else 0 if row.waiting else row.free + int(row.expired)
    return Availability(
        slot_id=row.id, offer_id=row.offer_id, starts_at=optional_ms(row.starts_at_ms),
        ends_at=optional_ms(row.ends_at_ms), closes_at=optional_ms(row.closes_at_ms), capacity=row.capacity,
        free=free, waiting=row.waiting, price_minor=row.price,
    )  # fmt: skip
