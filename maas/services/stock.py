"""Stock that cannot be oversold: every step is a conditional UPDATE inside the caller's transaction.

Run them with `Database.run`, which repeats a lost race. Each is idempotent by the hold's key: repeating it
answers with the hold as it stands. Holds expire by the database's clock; `now` is the caller's and decides
only what an offer's own deadlines and cancellation rules mean. What is freed goes to the queue first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, select, update

from maas.services import events
from maas.services.counters import give_quota, move, reserve, take_quota, write_hold
from maas.services.errors import (
    Closed,
    HoldExpired,
    KeyReused,
    LimitReached,
    ServiceError,
    SoldOut,
    UnknownService,
    WrongState,
)
from maas.services.hold import Hold, HoldState, hold_of
from maas.services.sql import database_now_ms, to_ms
from maas.services.tables import hold as table
from maas.services.tables import offer as offer_table
from maas.services.tables import slot as slot_table
from maas.services.waiting import promote
from storage.database import Database

__all__ = [
    "TTL_S_MAX", "cancel", "confirm", "extend", "find_hold", "get_hold", "hold", "hold_all", "no_show",
    "redeem", "release", "sweep", "sweep_all",
]  # fmt: skip

TTL_S_MAX = 24 * 3600
_EXPIRED = (table.c.state == "held", table.c.expires_at_ms <= database_now_ms())
_ALIVE = (table.c.state == "held", table.c.expires_at_ms > database_now_ms())


def hold(
    connection: Connection, slot_id: str, quantity: int, key: str, *, holder: str, ttl_s: float, now: datetime
) -> Hold:
    """Keep units for `ttl_s` seconds. A repeated key answers with its hold, whatever became of it since.

    Raises SoldOut, Closed, LimitReached, UnknownService, and KeyReused for a key that means something else.
    """
    if quantity < 1 or not 0 < ttl_s <= TTL_S_MAX:
        raise SoldOut(f"{quantity} units for {ttl_s} s: ask for at least one, for 0 to {TTL_S_MAX} seconds")
    made = _try_hold(connection, slot_id, quantity, key, holder, ttl_s, now)
    if made is None and sweep(connection, slot_id, now=now):
        made = _try_hold(connection, slot_id, quantity, key, holder, ttl_s, now)
    if made is None:
        raise _why_not(connection, slot_id, quantity, now)
    return made


def hold_all(
    connection: Connection,
    slot_ids: Sequence[str],
    quantity: int,
    key: str,
    *,
    holder: str,
    ttl_s: float,
    now: datetime,
) -> list[Hold]:
    """Hold several slots (the nights of a stay) or none; each under `key:slot`. Raises as `hold`."""
    with connection.begin_nested():
        return [
            hold(connection, slot_id, quantity, f"{key}:{slot_id}", holder=holder, ttl_s=ttl_s, now=now)
            for slot_id in sorted(set(slot_ids))  # one order for all, or two stays would deadlock
        ]


def confirm(connection: Connection, key: str, *, actor: str = "") -> Hold:
    """Book what is held. Raises HoldExpired, WrongState and UnknownService."""
    changed = _change(connection, key, *_ALIVE, state=HoldState.CONFIRMED)
    if changed is None:
        found = get_hold(connection, key)
        if found.state in (HoldState.CONFIRMED, HoldState.REDEEMED):
            return found
        if found.state in (HoldState.EXPIRED, HoldState.HELD):
            raise HoldExpired(f"hold {key!r} expired at {found.expires_at.isoformat()}; hold it anew")
        raise WrongState(f"hold {key!r} is {found.state}; only a held one can be confirmed")
    move(connection, changed.slot_id, changed.quantity, "held", "confirmed")
    _tell(connection, changed, actor)
    return changed


def extend(connection: Connection, key: str, *, ttl_s: float, actor: str = "") -> Hold:
    """Keep a hold for at least `ttl_s` seconds from now on. Raises HoldExpired and UnknownService."""
    if not 0 < ttl_s <= TTL_S_MAX:
        raise WrongState(f"{ttl_s} s: a hold lasts 0 to {TTL_S_MAX} seconds")
    later = database_now_ms() + int(ttl_s * 1000)
    until = case((table.c.expires_at_ms < later, later), else_=table.c.expires_at_ms)
    changed = _change(connection, key, *_ALIVE, expires_at_ms=until)
    if changed is None:
        found = get_hold(connection, key)
        raise HoldExpired(f"hold {key!r} is {found.state} and cannot be extended; hold it anew")
    events.append(connection, f"hold:{key}", "extended", actor or changed.holder, until=changed.expires_at)
    return changed


def release(connection: Connection, key: str, *, now: datetime, actor: str = "") -> Hold:
    """Let go of what is held; nothing happens if its time is over. Raises WrongState once it is booked."""
    changed = _change(connection, key, table.c.state == "held", state=HoldState.RELEASED)
    if changed is None:
        found = get_hold(connection, key)
        if found.state in (HoldState.RELEASED, HoldState.EXPIRED):
            return found
        raise WrongState(f"hold {key!r} is {found.state}; cancel it instead of releasing it")
    _free(connection, changed, "held", actor)
    promote(connection, changed.slot_id, now=now)
    return changed


def cancel(
    connection: Connection, key: str, *, now: datetime, actor: str = "", waive_fee: bool = False
) -> Hold:
    """Undo a booking by the terms it was made under; `fee_minor` is kept, `refund_minor` goes back.

    `waive_fee` is for a provider that cannot keep its promise. Raises WrongState and UnknownService.
    """
    found = get_hold(connection, key)
    fee = 0 if waive_fee else found.terms.fee_minor(found.price_minor, found.starts_at, now)
    changed = _change(connection, key, table.c.state == "confirmed", state=HoldState.CANCELLED, fee_minor=fee)
    if changed is None:
        again = get_hold(connection, key)
        if again.state is HoldState.CANCELLED:
            return again
        raise WrongState(f"hold {key!r} is {again.state}; only a confirmed one can be cancelled")
    _free(connection, changed, "confirmed", actor)
    promote(connection, changed.slot_id, now=now)
    return changed


def redeem(connection: Connection, key: str, use_key: str, *, actor: str = "") -> Hold:
    """The visit took place, or the coupon was used: once. `use_key` tells a repeat from a second use.

    Raises WrongState for a second use and for what is not booked.
    """
    changed = _change(
        connection, key, table.c.state == "confirmed", state=HoldState.REDEEMED, use_key=use_key
    )
    if changed is None:
        found = get_hold(connection, key)
        if found.state is HoldState.REDEEMED and found.use_key == use_key:
            return found
        raise WrongState(
            f"hold {key!r} was used already; it is good for one use"
            if found.state is HoldState.REDEEMED
            else f"hold {key!r} is {found.state}; only a confirmed one can be used"
        )
    move(connection, changed.slot_id, changed.quantity, "confirmed", "used")
    _tell(connection, changed, actor)
    return changed


def no_show(connection: Connection, key: str, *, now: datetime, actor: str = "") -> Hold:
    """Nobody came. Raises WrongState before the start, and for what is not booked."""
    found = get_hold(connection, key)
    if found.starts_at is None or now < found.starts_at:
        raise WrongState(f"hold {key!r} has not begun; nobody can have missed it")
    fee = found.terms.no_show_minor(found.price_minor)
    changed = _change(connection, key, table.c.state == "confirmed", state=HoldState.NO_SHOW, fee_minor=fee)
    if changed is None:
        again = get_hold(connection, key)
        if again.state is HoldState.NO_SHOW:
            return again
        raise WrongState(f"hold {key!r} is {again.state}; only a confirmed one can be missed")
    move(connection, changed.slot_id, changed.quantity, "confirmed", "used")
    _tell(connection, changed, actor)
    return changed


def sweep(connection: Connection, slot_id: str, *, now: datetime) -> int:
    """Take back a slot's expired holds and move its queue up; the number taken back."""
    expired = (
        select(table.c.key)
        .where(table.c.slot_id == slot_id, *_EXPIRED)
        .order_by(table.c.key)
        .with_for_update(skip_locked=True)  # somebody else is at work on those
    )
    count = 0
    for key in connection.execute(expired).scalars().all():
        changed = _change(connection, key, *_EXPIRED, state=HoldState.EXPIRED)
        if changed is not None:
            _free(connection, changed, "held", "clock")
            count += 1
    if count:
        promote(connection, slot_id, now=now)
    return count


def sweep_all(database: Database, *, now: datetime) -> int:
    """Take back every expired hold, slot by slot in transactions of their own; for a worker."""
    with database.read() as connection:
        slots = connection.execute(select(table.c.slot_id).where(*_EXPIRED).distinct()).scalars().all()
    return sum(database.run(lambda c, s=slot: sweep(c, s, now=now)) for slot in slots)  # type: ignore[misc]


def find_hold(connection: Connection, key: str) -> Hold | None:
    """A hold by its key."""
    row = connection.execute(select(table).where(table.c.key == key)).first()
    return None if row is None else hold_of(row)


def get_hold(connection: Connection, key: str) -> Hold:
    """As `find_hold`; raises UnknownService."""
    found = find_hold(connection, key)
    if found is None:
        raise UnknownService(f"nothing is held under the key {key!r}")
    return found


def _try_hold(
    connection: Connection, slot_id: str, quantity: int, key: str, holder: str, ttl_s: float, now: datetime
) -> Hold | None:
    attempt = connection.begin_nested()
    row = write_hold(connection, key, slot_id, holder, quantity, int(ttl_s * 1000))
    if row is None:
        attempt.rollback()
        return _earlier(connection, slot_id, quantity, key, holder)
    if not reserve(connection, slot_id, quantity, to_ms(now)):
        attempt.rollback()
        return None
    if not take_quota(connection, row.offer_id, holder, quantity):
        attempt.rollback()
        raise LimitReached(
            f"offer {row.offer_id!r}: with {quantity} more, one person would have too many; take fewer"
        )
    made = hold_of(row)
    _tell(connection, made, "")
    attempt.commit()
    return made


def _earlier(connection: Connection, slot_id: str, quantity: int, key: str, holder: str) -> Hold | None:
    """The hold that the key made before, or None if there is none."""
    found = find_hold(connection, key)
    if found is not None and (found.slot_id, found.quantity, found.holder) != (slot_id, quantity, holder):
        raise KeyReused(f"key {key!r} already stands for {found.quantity} of slot {found.slot_id!r}")
    return found


def _why_not(connection: Connection, slot_id: str, quantity: int, now: datetime) -> ServiceError:
    query = (
        select(slot_table, offer_table.c.state.label("offer_state"))
        .join_from(slot_table, offer_table, slot_table.c.offer_id == offer_table.c.id)
        .where(slot_table.c.id == slot_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return UnknownService(f"no slot has the id {slot_id!r}; ask for the offer's availability")
    past = row.closes_at_ms is not None and row.closes_at_ms <= to_ms(now)
    if row.offer_state != "published" or row.state != "open" or past:
        return Closed(f"slot {slot_id!r} can no longer be booked; ask for the offer's availability")
    if row.waiting:
        return SoldOut(f"slot {slot_id!r}: {row.waiting} wait for what becomes free; join the queue")
    return SoldOut(f"slot {slot_id!r}: {row.free} are free, not {quantity}; take fewer or join the queue")


def _change(connection: Connection, key: str, *conditions: Any, **values: Any) -> Hold | None:
    """The hold after the change, or None if it was not in a state for it."""
    statement = update(table).where(table.c.key == key, *conditions).values(**values).returning(table)
    row = connection.execute(statement).first()
    return None if row is None else hold_of(row)


def _free(connection: Connection, changed: Hold, source: Any, actor: str) -> None:
    move(connection, changed.slot_id, changed.quantity, source, "free")
    give_quota(connection, changed.offer_id, changed.holder, changed.quantity)
    _tell(connection, changed, actor)


def _tell(connection: Connection, changed: Hold, actor: str) -> None:
    detail = {"slot": changed.slot_id, "quantity": changed.quantity, "price_minor": changed.price_minor}
    if changed.state in (HoldState.CANCELLED, HoldState.NO_SHOW):
        detail["fee_minor"] = changed.fee_minor
    if changed.use_key:
        detail["use_key"] = changed.use_key
    events.append(connection, f"hold:{changed.key}", changed.state.value, actor or changed.holder, **detail)
