"""What a provider's desk does beside its offers: single slots, and the bookings of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from maas.services import events
from maas.services.errors import InvalidOffer, UnknownService
from maas.services.hold import Hold, HoldState, hold_of
from maas.services.slots import resize, too_small
from maas.services.sql import optional_ms, to_ms
from maas.services.tables import hold as hold_table
from maas.services.tables import offer as offer_table
from maas.services.tables import slot as slot_table
from maas.services.waiting import promote

__all__ = ["SlotState", "bookings_of", "change_slot", "provider_of_hold", "slot_states"]


@dataclass(frozen=True, slots=True)
class SlotState:
    """A slot as its provider sees it; `price_minor` is its own price, None where the offer's holds."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    open: bool
    own: bool  # changed by itself: the offer's plan leaves it alone
    price_minor: int | None
    capacity: int | None
    free: int | None
    held: int
    confirmed: int
    used: int
    waiting: int


def slot_states(
    connection: Connection, offer_id: str, start: datetime, end: datetime, *, limit: int = 2000
) -> list[SlotState]:
    """Slots of an offer that begin from `start` to `end`, or have no beginning; in order."""
    c = slot_table.c
    query = (
        select(slot_table)
        .where(
            c.offer_id == offer_id,
            c.starts_at_ms.is_(None) | ((c.starts_at_ms >= to_ms(start)) & (c.starts_at_ms < to_ms(end))),
        )
        .order_by(c.starts_at_ms, c.id)
        .limit(limit)
    )
    return [_state(row) for row in connection.execute(query)]


def change_slot(
    connection: Connection,
    offer_id: str,
    slot_id: str,
    *,
    capacity: int | None,
    price_minor: int | None,
    is_open: bool | None,
    now: datetime,
    actor: str,
) -> SlotState:
    """Change one slot by itself; None leaves as it is. From then on the offer's plan leaves it alone.

    What is booked keeps its price. Raises UnknownService, and InvalidOffer for a capacity below what is
    taken; then nothing is changed.
    """  # fmt: skip
    c = slot_table.c
    values: dict[str, Any] = {"own": True}
    values |= {} if price_minor is None else {"price_minor": price_minor}
    values |= {} if is_open is None else {"state": "open" if is_open else "closed"}
    mine = update(slot_table).where(c.id == slot_id, c.offer_id == offer_id)
    with connection.begin_nested():
        if connection.execute(mine.values(values)).rowcount != 1:
            raise UnknownService(f"offer {offer_id!r} has no slot {slot_id!r}; list its slots")
        if capacity is not None and not resize(connection, slot_id, capacity):
            raise InvalidOffer([too_small(connection, slot_id, capacity)])
    detail = {"capacity": capacity, "price_minor": price_minor, "open": is_open}
    events.append(connection, f"slot:{slot_id}", "changed", actor, **detail)
    promote(connection, slot_id, now=now)
    return _state(connection.execute(select(slot_table).where(c.id == slot_id)).one())


def bookings_of(
    connection: Connection, provider_id: str, start: datetime, end: datetime, *, limit: int = 1000
) -> list[Hold]:
    """Booked, used and missed holds of a provider that begin in the time, or have no beginning; in order."""
    h = hold_table.c
    wanted = (HoldState.CONFIRMED, HoldState.REDEEMED, HoldState.NO_SHOW)
    query = (
        select(hold_table)
        .join(offer_table, h.offer_id == offer_table.c.id)
        .where(
            offer_table.c.provider_id == provider_id,
            h.state.in_([state.value for state in wanted]),
            h.starts_at_ms.is_(None) | ((h.starts_at_ms >= to_ms(start)) & (h.starts_at_ms < to_ms(end))),
        )
        .order_by(h.starts_at_ms, h.key)
        .limit(limit)
    )
    return [hold_of(row) for row in connection.execute(query)]


def provider_of_hold(connection: Connection, key: str) -> str:
    """Whose booking a key is; raises UnknownService."""
    query = (
        select(offer_table.c.provider_id)
        .join_from(hold_table, offer_table, hold_table.c.offer_id == offer_table.c.id)
        .where(hold_table.c.key == key)
    )
    found = connection.execute(query).scalar()
    if found is None:
        raise UnknownService(f"nothing is booked under the key {key!r}")
    return str(found)


def _state(row: Any) -> SlotState:
    return SlotState(
        id=row.id, starts_at=optional_ms(row.starts_at_ms), ends_at=optional_ms(row.ends_at_ms),
        open=row.state == "open", own=row.own, price_minor=row.price_minor, capacity=row.capacity,
        free=row.free, held=row.held, confirmed=row.confirmed, used=row.used, waiting=row.waiting,
    )  # fmt: skip
