"""Stock for many at once: the steps of `stock` over whole batches, in a handful of statements.

A saga that books several slots, and several sagas that book in one transaction, pay for their statements
together. The rules are those of `stock`: a slot's row is locked (or the transaction is the only writer), what
is free is decided on the locked rows, the counters' CHECKs stand behind, expiry is by the database's clock.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, select, update

from maas.services import stock
from maas.services.errors import Closed, KeyReused, ServiceError, SoldOut, UnknownService
from maas.services.hold import Hold, HoldState, hold_of, terms_from
from maas.services.model import State
from maas.services.sql import database_now_ms, from_ms, optional_ms, to_ms
from maas.services.tables import event as event_table
from maas.services.tables import hold as hold_table
from maas.services.tables import offer as offer_table
from maas.services.tables import slot as slot_table
from storage.rows import insert_rows, update_rows
from storage.sql import one_of

__all__ = ["Want", "confirm_many", "extend_many", "hold_many"]

_H, _S, _O = hold_table.c, slot_table.c, offer_table.c
_KNOWN = select(hold_table).where(one_of(_H.key, "keys"))
_SLOTS = (
    select(
        _S.id, _S.state, _S.closes_at_ms, _S.free, _S.waiting, _S.starts_at_ms, _S.offer_id,
        _S.price_minor.label("own_minor"), _O.price_minor, _O.tax_percent, _O.terms, _O.version,
        _O.state.label("offer_state"), _O.per_person_max, database_now_ms().label("now_ms"),
    )
    .join_from(slot_table, offer_table, _S.offer_id == _O.id)
    .where(one_of(_S.id, "slots"))
    .order_by(_S.id)
    .with_for_update(of=slot_table)
)  # fmt: skip
_ALIVE = (
    one_of(_H.key, "keys"),
    _H.state == HoldState.HELD.value,
    _H.expires_at_ms > database_now_ms(),
)
_CONFIRM = update(hold_table).where(*_ALIVE).values(state=HoldState.CONFIRMED.value).returning(hold_table)
_EXTEND = (
    update(hold_table)
    .where(*_ALIVE)
    .values(expires_at_ms=database_now_ms() + bindparam("ttl_ms", type_=BigInteger))
    .returning(_H.key, _H.expires_at_ms)
)


@dataclass(frozen=True, slots=True)
class Want:
    """Units of a slot for somebody, under an idempotency key."""

    slot_id: str
    quantity: int
    key: str
    holder: str
    ttl_s: float


def hold_many(
    connection: Connection, groups: Sequence[Sequence[Want]], *, now: datetime
) -> list[list[Hold] | ServiceError]:
    """Hold every slot of a group or none of it; groups do not hinder each other, earlier ones come first.

    The answer for each group: its holds in order, or why it has none (see `stock.hold`).
    """
    wants = [want for group in groups for want in group]
    if not wants:
        return [[] for _ in groups]
    known = {row.key: row for row in connection.execute(_KNOWN, {"keys": [w.key for w in wants]})}
    slots = _read(connection, {w.slot_id for w in wants})
    made: list[tuple[Want, Any]] = []
    answers: list[list[Hold] | ServiceError] = []
    for group in groups:
        answer = _group(connection, group, known, slots, made, now)
        answers.append(answer)
    _write(connection, made, slots)
    return answers


def confirm_many(
    connection: Connection, keys: Sequence[str], *, actor: str = ""
) -> dict[str, Hold | ServiceError]:
    """Book what is held, each for itself; by key the hold, or why not (see `stock.confirm`)."""
    if not keys:
        return {}
    found: dict[str, Hold | ServiceError] = {}
    units: Counter[str] = Counter()
    for row in connection.execute(_CONFIRM, {"keys": list(keys)}).all():
        found[row.key] = hold_of(row)
        units[row.slot_id] += row.quantity
    if units:
        moved = [{"id": name, "held": -units[name], "confirmed": units[name]} for name in sorted(units)]
        update_rows(connection, slot_table, ["id"], moved, plus=("held", "confirmed"))
        _tell(connection, [h for h in found.values() if isinstance(h, Hold)], actor)
    for key in keys:
        if key not in found:
            try:
                found[key] = stock.confirm(connection, key, actor=actor)
            except ServiceError as error:
                found[key] = error
    return found


def extend_many(connection: Connection, keys: Sequence[str], *, ttl_s: float) -> dict[str, datetime]:
    """Keep holds for `ttl_s` seconds from now on; by key until when. Those that ran out are not in it."""
    if not keys:
        return {}
    rows = connection.execute(_EXTEND, {"keys": list(keys), "ttl_ms": int(ttl_s * 1000)})
    return {row.key: from_ms(row.expires_at_ms) for row in rows}


class _Slot:
    """A locked slot and what is left of it while groups are decided."""

    __slots__ = ("free", "row", "taken")

    def __init__(self, row: Any) -> None:
        self.row = row
        self.free: int | None = row.free
        self.taken = 0

    def has(self, units: int) -> bool:
        return self.free is None or self.free >= units

    def take(self, units: int) -> None:
        self.taken += units
        if self.free is not None:
            self.free -= units


def _read(connection: Connection, slot_ids: Iterable[str]) -> dict[str, _Slot]:
    return {row.id: _Slot(row) for row in connection.execute(_SLOTS, {"slots": sorted(slot_ids)})}


def _group(
    connection: Connection,
    group: Sequence[Want],
    known: dict[str, Any],
    slots: dict[str, _Slot],
    made: list[tuple[Want, Any]],
    now: datetime,
) -> list[Hold] | ServiceError:
    fresh: list[Want] = []
    holds: dict[str, Hold] = {}
    for want in group:
        row = known.get(want.key)
        if row is None:
            fresh.append(want)
            continue
        if (row.slot_id, row.quantity, row.holder) != (want.slot_id, want.quantity, want.holder):
            return KeyReused(f"key {want.key!r} already stands for {row.quantity} of slot {row.slot_id!r}")
        if row.state != HoldState.HELD.value:
            return SoldOut(f"key {want.key!r}: its hold is {row.state}; hold or wait for it anew")
        holds[want.key] = hold_of(row)
    if any(w.slot_id in slots and slots[w.slot_id].row.per_person_max is not None for w in fresh):
        return _one_by_one(connection, group, slots, made, now)
    units: Counter[str] = Counter()
    for want in fresh:
        units[want.slot_id] += want.quantity
    for slot_id, wanted in units.items():
        refusal = _refusal(connection, slot_id, wanted, slots, made, now)
        if refusal is not None:
            return refusal
    for want in fresh:
        slot = slots[want.slot_id]
        slot.take(want.quantity)
        made.append((want, slot.row))
        holds[want.key] = _hold(want, slot.row)
    return [holds[want.key] for want in group]


def _refusal(
    connection: Connection,
    slot_id: str,
    units: int,
    slots: dict[str, _Slot],
    made: list[tuple[Want, Any]],
    now: datetime,
) -> ServiceError | None:
    slot = slots.get(slot_id)
    if slot is None:
        return UnknownService(f"no slot has the id {slot_id!r}; ask for the offer's availability")
    row = slot.row
    past = row.closes_at_ms is not None and row.closes_at_ms <= to_ms(now)
    if row.offer_state != State.PUBLISHED.value or row.state != "open" or past:
        return Closed(f"slot {slot_id!r} can no longer be booked; ask for the offer's availability")
    if not slot.has(units) and not row.waiting:
        _write(connection, made, slots)  # what this batch took so far, so that the sweep sees it
        if stock.sweep(connection, slot_id, now=now):
            slots |= _read(connection, [slot_id])
            slot = slots[slot_id]
    if slot.row.waiting:
        return SoldOut(f"slot {slot_id!r}: {slot.row.waiting} wait for what becomes free; join the queue")
    if units < 1 or not slot.has(units):
        return SoldOut(f"slot {slot_id!r}: {slot.free} are free, not {units}; take fewer or join the queue")
    return None


def _one_by_one(
    connection: Connection,
    group: Sequence[Want],
    slots: dict[str, _Slot],
    made: list[tuple[Want, Any]],
    now: datetime,
) -> list[Hold] | ServiceError:
    """A person's own limit is counted row by row: leave that to `stock`, and read the slots anew."""
    _write(connection, made, slots)
    try:
        with connection.begin_nested():
            return [
                stock.hold(connection, w.slot_id, w.quantity, w.key, holder=w.holder, ttl_s=w.ttl_s, now=now)
                for w in group
            ]
    except ServiceError as error:
        return error
    finally:
        slots |= _read(connection, slots)


def _write(connection: Connection, made: list[tuple[Want, Any]], slots: dict[str, _Slot]) -> None:
    if not made:
        return
    taken = [
        {"id": name, "free": -slots[name].taken, "held": slots[name].taken}
        for name in sorted(slots)
        if slots[name].taken
    ]
    update_rows(connection, slot_table, ["id"], taken, plus=("free", "held"))
    insert_rows(connection, hold_table, [_row(want, row) for want, row in made])
    _tell(connection, [_hold(want, row) for want, row in made], "")
    for slot in slots.values():
        slot.taken = 0
    made.clear()


def _price(want: Want, row: Any) -> int:
    each = row.price_minor if row.own_minor is None else row.own_minor
    return int(each * want.quantity)


def _row(want: Want, row: Any) -> dict[str, Any]:
    return {
        "key": want.key, "slot_id": want.slot_id, "offer_id": row.offer_id, "offer_version": row.version,
        "holder": want.holder, "quantity": want.quantity, "price_minor": _price(want, row),
        "tax_percent": row.tax_percent, "terms": row.terms, "starts_at_ms": row.starts_at_ms,
        "state": HoldState.HELD.value, "expires_at_ms": row.now_ms + int(want.ttl_s * 1000), "fee_minor": 0,
        "use_key": "",
    }  # fmt: skip


def _hold(want: Want, row: Any) -> Hold:
    return Hold(
        key=want.key, slot_id=want.slot_id, offer_id=row.offer_id, offer_version=row.version,
        holder=want.holder, quantity=want.quantity, price_minor=_price(want, row),
        tax_percent=row.tax_percent, terms=terms_from(row.terms),
        starts_at=optional_ms(row.starts_at_ms), state=HoldState.HELD,
        expires_at=from_ms(row.now_ms + int(want.ttl_s * 1000)),
    )  # fmt: skip


def _tell(connection: Connection, holds: Sequence[Hold], actor: str) -> None:
    rows = [
        {
            "subject": f"hold:{h.key}", "what": h.state.value, "actor": actor or h.holder,
            "detail": json.dumps(
                {"slot": h.slot_id, "quantity": h.quantity, "price_minor": h.price_minor},
                ensure_ascii=False, sort_keys=True,
            ),
        }
        for h in holds
    ]  # fmt: skip
    insert_rows(connection, event_table, rows, clock="at_ms")
