"""The statements that move units between the counters of a slot; each is conditional, none reads first.

Rows are locked in one order everywhere: a hold, then its slot, then the person's quota, then the queue.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import BigInteger, Connection, Integer, String, bindparam, func, or_, select, update

from maas.services.model import State
from maas.services.sql import database_now_ms, insert_new
from maas.services.tables import hold as hold_table
from maas.services.tables import offer as offer_table
from maas.services.tables import quota
from maas.services.tables import slot as slot_table

Counter = Literal["free", "held", "confirmed", "used"]

_S, _O = slot_table.c, offer_table.c
_bookable = (
    _S.id == bindparam("slot"),
    _S.state == "open",
    or_(_S.closes_at_ms.is_(None), _S.closes_at_ms > bindparam("now_ms", type_=BigInteger)),
    or_(_S.free.is_(None), _S.free >= bindparam("units", type_=Integer)),
)
_taken = {"free": _S.free - bindparam("units"), "held": _S.held + bindparam("units")}
_RESERVE = update(slot_table).where(*_bookable, _S.waiting == 0).values(**_taken)
_RESERVE_FROM_QUEUE = (
    update(slot_table).where(*_bookable, _S.waiting > 0).values(**_taken, waiting=_S.waiting - 1)
)
_HOLD_COLUMNS = (
    "key", "slot_id", "offer_id", "offer_version", "holder", "quantity", "price_minor", "tax_percent",
    "terms", "starts_at_ms", "state", "expires_at_ms", "fee_minor", "use_key",
)  # fmt: skip
_HOLD_SOURCE = (
    select(
        bindparam("key", type_=String), _S.id, _O.id.label("offer"), _O.version,
        bindparam("holder", type_=String), bindparam("units", type_=Integer),
        func.coalesce(_S.price_minor, _O.price_minor) * bindparam("units", type_=Integer), _O.tax_percent,
        _O.terms, _S.starts_at_ms, bindparam("state", type_=String),
        database_now_ms() + bindparam("ttl_ms", type_=BigInteger), bindparam("zero", type_=BigInteger),
        bindparam("empty", type_=String),
    )
    .join_from(slot_table, offer_table, _S.offer_id == _O.id)
    .where(_S.id == bindparam("slot"), _O.state == State.PUBLISHED.value)
)  # fmt: skip


def reserve(connection: Connection, slot_id: str, units: int, now_ms: int, *, queued: bool = False) -> bool:
    """Take units from free to held. Newcomers get nothing while others wait; `queued` takes one off there."""
    statement = _RESERVE_FROM_QUEUE if queued else _RESERVE
    row = {"slot": slot_id, "units": units, "now_ms": now_ms}
    return connection.execute(statement, row).rowcount == 1


def move(connection: Connection, slot_id: str, units: int, source: Counter, target: Counter) -> None:
    """Move units from one counter to another; the caller's hold says that they are there."""
    change = {source: _S[source] - units, target: _S[target] + units}
    connection.execute(update(slot_table).where(_S.id == slot_id).values(**change))


def write_hold(
    connection: Connection, key: str, slot_id: str, holder: str, units: int, ttl_ms: int
) -> Any | None:
    """Insert a hold with the offer's price and terms of this moment; its row, or None.

    None means that the key is taken, or that there is no such slot of a published offer.
    """
    statement = insert_new(connection, hold_table).from_select(_HOLD_COLUMNS, _HOLD_SOURCE)
    row = {
        "key": key, "slot": slot_id, "holder": holder, "units": units, "ttl_ms": ttl_ms, "state": "held",
        "zero": 0, "empty": "",
    }  # fmt: skip
    return connection.execute(statement.returning(hold_table), row).first()


def take_quota(connection: Connection, offer_id: str, holder: str, units: int) -> bool:
    """Count units towards the person's limit; False if that would exceed it."""
    limit = connection.execute(select(_O.per_person_max).where(_O.id == offer_id)).scalar()
    if limit is None:
        return True
    connection.execute(insert_new(connection, quota).values(offer_id=offer_id, holder=holder, taken=0))
    mine = (quota.c.offer_id == offer_id, quota.c.holder == holder)
    fits = quota.c.taken + units <= limit
    change = update(quota).where(*mine, fits).values(taken=quota.c.taken + units)
    return connection.execute(change).rowcount == 1


def give_quota(connection: Connection, offer_id: str, holder: str, units: int) -> None:
    """Take units off the person's count, where it is kept."""
    mine = (quota.c.offer_id == offer_id, quota.c.holder == holder, quota.c.taken >= units)
    connection.execute(update(quota).where(*mine).values(taken=quota.c.taken - units))
