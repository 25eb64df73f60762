"""The queue of a slot: who came first is offered what becomes free first, as a hold with a time to live.

The order is strict. While somebody waits, nobody else can take from the slot, and a party of four at the
head is not passed by one of two: it is served when four are free, or when it leaves. Joining while enough
is free and nobody waits is answered with a hold at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, update

from maas.services import events
from maas.services.counters import give_quota, move, reserve, take_quota, write_hold
from maas.services.errors import Closed, KeyReused, SoldOut, UnknownService
from maas.services.hold import HoldState
from maas.services.sql import add_new, to_ms
from maas.services.tables import hold as hold_table
from maas.services.tables import slot as slot_table
from maas.services.tables import waiting as table

__all__ = ["Waiting", "WaitingState", "join", "leave", "place_in_queue", "promote"]


class WaitingState(StrEnum):
    """Where somebody in the queue stands."""

    WAITING = "waiting"
    OFFERED = "offered"  # there is a hold under the same key: confirm it before it expires
    LEFT = "left"
    REFUSED = "refused"  # their turn came, but their own limit is reached or the offer is gone


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's place in a queue. `position` counts from 1; 0 once they are no longer waiting."""

    key: str
    slot_id: str
    holder: str
    quantity: int
    state: WaitingState
    position: int


def join(
    connection: Connection, slot_id: str, quantity: int, key: str, *, holder: str, ttl_s: int, now: datetime
) -> Waiting:
    """Take a place at the end of the queue; `key` will be the key of the hold that is offered.

    Idempotent by key. Raises UnknownService, KeyReused, Closed, and SoldOut for more than the slot holds.
    """
    slot = _lock(connection, slot_id)
    if slot.closes_at_ms is not None and slot.closes_at_ms <= to_ms(now):
        raise Closed(f"slot {slot_id!r} can no longer be booked; choose a later one")
    if quantity < 1 or (slot.capacity is not None and quantity > slot.capacity):
        raise SoldOut(f"slot {slot_id!r} has room for {slot.capacity}, never for {quantity}; ask for fewer")
    row = {
        "key": key, "slot_id": slot_id, "holder": holder, "quantity": quantity, "ttl_ms": ttl_s * 1000,
        "state": WaitingState.WAITING.value,
    }  # fmt: skip
    if add_new(connection, table, row):
        more = slot_table.c.waiting + 1
        connection.execute(update(slot_table).where(slot_table.c.id == slot_id).values(waiting=more))
        events.append(connection, f"hold:{key}", "waiting", holder, slot=slot_id, quantity=quantity)
        promote(connection, slot_id, now=now)
    found = place_in_queue(connection, key)
    if (found.slot_id, found.quantity, found.holder) != (slot_id, quantity, holder):
        raise KeyReused(f"key {key!r} already stands for {found.quantity} of slot {found.slot_id!r}")
    return found


def leave(connection: Connection, key: str, *, now: datetime) -> Waiting:
    """Give up a place, or the hold that was offered for it. Idempotent; raises UnknownService."""
    found = place_in_queue(connection, key)
    if found.state is WaitingState.OFFERED:
        _give_back(connection, key)
    _lock(connection, found.slot_id)
    gone = connection.execute(
        update(table).where(table.c.key == key, table.c.state == "waiting").values(state="left")
    )
    if gone.rowcount == 1:
        fewer = slot_table.c.waiting - 1
        connection.execute(update(slot_table).where(slot_table.c.id == found.slot_id).values(waiting=fewer))
        events.append(connection, f"hold:{key}", "left", found.holder, slot=found.slot_id)
    promote(connection, found.slot_id, now=now)
    return place_in_queue(connection, key)


def promote(connection: Connection, slot_id: str, *, now: datetime) -> list[str]:
    """Offer what is free to those who wait, first come first served; the keys of the holds made."""
    made: list[str] = []
    while (head := _head(connection, slot_id)) is not None:
        if not reserve(connection, slot_id, head.quantity, to_ms(now), queued=True):
            break
        if _offer(connection, head):
            made.append(head.key)
        else:
            move(connection, slot_id, head.quantity, "held", "free")
    return made


def place_in_queue(connection: Connection, key: str) -> Waiting:
    """How it stands; raises UnknownService."""
    row = connection.execute(select(table).where(table.c.key == key)).first()
    if row is None:
        raise UnknownService(f"nobody waits under the key {key!r}")
    before = select(func.count()).where(
        table.c.slot_id == row.slot_id, table.c.state == "waiting", table.c.id <= row.id
    )
    position = connection.execute(before).scalar_one() if row.state == "waiting" else 0
    return Waiting(row.key, row.slot_id, row.holder, row.quantity, WaitingState(row.state), position)


def _head(connection: Connection, slot_id: str) -> Any | None:
    first = select(table).where(table.c.slot_id == slot_id, table.c.state == "waiting").order_by(table.c.id)
    return connection.execute(first.limit(1)).first()


def _offer(connection: Connection, head: Any) -> bool:
    """Write the hold of the one whose turn it is; False where their limit or a withdrawn offer forbids it."""
    state = WaitingState.REFUSED
    row = write_hold(connection, head.key, head.slot_id, head.holder, head.quantity, head.ttl_ms)
    if row is not None:
        if take_quota(connection, row.offer_id, head.holder, head.quantity):
            state = WaitingState.OFFERED
        else:
            connection.execute(hold_table.delete().where(hold_table.c.key == head.key))
    connection.execute(update(table).where(table.c.id == head.id).values(state=state.value))
    detail = {"slot": head.slot_id, "quantity": head.quantity}
    events.append(connection, f"hold:{head.key}", state.value, "queue", **detail)
    return state is WaitingState.OFFERED


def _give_back(connection: Connection, key: str) -> None:
    released = connection.execute(
        update(hold_table)
        .where(hold_table.c.key == key, hold_table.c.state == HoldState.HELD.value)
        .values(state=HoldState.RELEASED.value)
        .returning(hold_table)
    ).first()
    if released is not None:
        move(connection, released.slot_id, released.quantity, "held", "free")
        give_quota(connection, released.offer_id, released.holder, released.quantity)
        events.append(connection, f"hold:{key}", "released", released.holder, slot=released.slot_id)


def _lock(connection: Connection, slot_id: str) -> Any:
    """The slot's row; nobody else moves its units or its queue until this transaction ends."""
    row = connection.execute(select(slot_table).where(slot_table.c.id == slot_id).with_for_update()).first()
    if row is None:
        raise UnknownService(f"no slot has the id {slot_id!r}; ask for the offer's availability")
    return row
