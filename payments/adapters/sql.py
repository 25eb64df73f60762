"""Holds, their steps and heard webhooks in tables.

Rows are written under a row lock (a file lock on SQLite).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from payments.errors import HoldError, KeyReused, TryAgain
from payments.hold import OPEN, Authorise, Capture, Hold, HoldState, Outcome, Refund, Step, Void
from payments.ledger.model import Leg, from_us, to_us
from payments.ports import AuthoriseRequest
from payments.tables import metadata
from storage.rows import insert_rows, update_rows
from storage.sql import one_of

hold = Table(
    "payment_hold",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("reference", String(160), nullable=False, index=True),
    Column("processor", String(40), nullable=False),
    Column("request", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("authorisation_id", String(80), nullable=False, index=True),
    Column("reserved_minor", BigInteger, nullable=False),
    Column("captured_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("booked", Boolean, nullable=False),
    Column("captures_many", Boolean, nullable=False),
    Column("challenge_url", Text, nullable=False),
    Column("decline_code", String(60), nullable=False),
    Column("asked_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger),
)
step = Table(
    "payment_step",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("hold_id", String(200), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("content", Text, nullable=False),
    Column("state", String(8), nullable=False),  # asked | done | refused
    Column("external_id", String(160), nullable=False),
    Column("code", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
Index("ix_payment_step_asked", step.c.at_us, sqlite_where=step.c.state == "asked",
      postgresql_where=step.c.state == "asked")  # fmt: skip
heard = Table(
    "payment_event",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)
TABLES = (hold, step, heard)
_KINDS: dict[str, type[Step]] = {"authorise": Authorise, "capture": Capture, "void": Void, "refund": Refund}


_by_id = hold.c.id == bindparam("hold_id")
_FIXED = ("reference", "processor", "request", "asked_at_us")  # never change once written
_FIND_HOLD = select(hold).where(_by_id)
_LOCK_HOLD = _FIND_HOLD.with_for_update()
_LOCK_HOLDS = select(hold).where(one_of(hold.c.id, "hold_ids")).order_by(hold.c.id).with_for_update()
_FIND_STEP = select(step).where(step.c.key == bindparam("step_key")).with_for_update()
_FIND_STEPS = select(step).where(one_of(step.c.key, "step_keys")).order_by(step.c.key).with_for_update()


def insert_hold(connection: Connection, made: Hold) -> None:
    """A new hold; a race for the same id ends in TryAgain."""
    insert_holds(connection, [made])


def update_hold(connection: Connection, changed: Hold) -> None:
    """Write a hold that was read with `lock=True` in this transaction."""
    update_holds(connection, [changed])


def find_hold(connection: Connection, hold_id: str, *, lock: bool = False) -> Hold | None:
    """A hold by id; with `lock` nobody else changes it until this transaction ends."""
    row = connection.execute(_LOCK_HOLD if lock else _FIND_HOLD, {"hold_id": hold_id}).first()
    return None if row is None else _hold(row)


def get_hold(connection: Connection, hold_id: str, *, lock: bool = False) -> Hold:
    """As `find_hold`; raises HoldError when there is none."""
    found = find_hold(connection, hold_id, lock=lock)
    if found is None:
        raise HoldError(f"no payment has the id {hold_id!r}")
    return found


def find_holds(connection: Connection, hold_ids: Sequence[str]) -> dict[str, Hold]:
    """Holds by id; nobody else changes them until this transaction ends."""
    rows = connection.execute(_LOCK_HOLDS, {"hold_ids": list(hold_ids)})
    return {row.id: _hold(row) for row in rows}


def insert_holds(connection: Connection, made: Sequence[Hold]) -> None:
    """As `insert_hold`, many at once."""
    if not made:
        return
    try:
        insert_rows(connection, hold, [_hold_row(one) for one in made])
    except IntegrityError as error:
        raise TryAgain("a payment is being made by another writer; repeat") from error


def update_holds(connection: Connection, changed: Sequence[Hold]) -> None:
    """As `update_hold`, many at once."""
    rows = [{name: v for name, v in _hold_row(h).items() if name not in _FIXED} for h in changed]
    update_rows(connection, hold, ["id"], rows)


def hold_by_authorisation(connection: Connection, authorisation_id: str) -> Hold | None:
    """The hold that a webhook is about."""
    row = connection.execute(select(hold).where(hold.c.authorisation_id == authorisation_id)).first()
    return None if row is None else _hold(row)


def holds_of(connection: Connection, reference: str) -> list[Hold]:
    """Every payment of one order, oldest first."""
    rows = connection.execute(
        select(hold).where(hold.c.reference == reference).order_by(hold.c.asked_at_us, hold.c.id)
    )
    return [_hold(row) for row in rows]


def open_holds(connection: Connection, before: datetime) -> list[Hold]:
    """Payments asked for before an instant that are neither captured nor given back."""
    rows = connection.execute(
        select(hold)
        .where(hold.c.state.in_([s.value for s in OPEN]), hold.c.asked_at_us < to_us(before))
        .order_by(hold.c.asked_at_us)
    )
    return [_hold(row) for row in rows]


def insert_step(connection: Connection, hold_id: str, asked: Step, now: datetime) -> None:
    """Remember what is about to be asked of the processor."""
    insert_steps(connection, [(hold_id, asked)], now)


def insert_steps(connection: Connection, asked: Sequence[tuple[str, Step]], now: datetime) -> None:
    """As `insert_step`, for (hold id, step) pairs."""
    if not asked:
        return
    try:
        insert_rows(connection, step, [_step_row(hold_id, one, now) for hold_id, one in asked])
    except IntegrityError as error:
        raise TryAgain("a step is being made by another writer; repeat") from error


def find_steps(connection: Connection, asked: Sequence[Step]) -> dict[str, Any]:
    """As `find_step`: the rows of those that are known, by key. Raises KeyReused."""
    kept = {one.key: one for one in asked}
    rows = {row.key: row for row in connection.execute(_FIND_STEPS, {"step_keys": list(kept)})}
    for key, row in rows.items():
        if row.kind != type(kept[key]).__name__.lower() or row.content != _content(kept[key]):
            raise KeyReused(f"key {key!r} was already used for another step of a payment")
    return rows


def end_steps(connection: Connection, ended: Sequence[tuple[str, Outcome]]) -> None:
    """As `end_step`, for (key, outcome) pairs."""
    rows = [
        {
            "key": key, "state": "done" if o.done else "refused", "external_id": o.external_id,
            "code": o.code[:60], "message": o.message[:500],
        }
        for key, o in ended
    ]  # fmt: skip
    update_rows(connection, step, ["key"], rows)


def find_step(connection: Connection, asked: Step) -> Any | None:
    """The step's row if its key is known; raises KeyReused if the key stands for something else."""
    row = connection.execute(_FIND_STEP, {"step_key": asked.key}).first()
    if row is not None and (row.kind != type(asked).__name__.lower() or row.content != _content(asked)):
        raise KeyReused(f"key {asked.key!r} was already used for another step of a payment")
    return row


def end_step(connection: Connection, key: str, outcome: Outcome) -> None:
    """Remember how it ended."""
    end_steps(connection, [(key, outcome)])


def unfinished_steps(connection: Connection, before: datetime) -> list[Step]:
    """Steps whose outcome is not known, asked before an instant, oldest first."""
    rows = connection.execute(
        select(step).where(step.c.state == "asked", step.c.at_us < to_us(before)).order_by(step.c.at_us)
    )
    return [_step(row) for row in rows]


def hear_once(connection: Connection, event_id: str, now: datetime) -> bool:
    """Whether this webhook is new."""
    if connection.execute(select(heard.c.id).where(heard.c.id == event_id)).first() is not None:
        return False
    try:
        connection.execute(insert(heard).values(id=event_id, at_us=to_us(now)))
    except IntegrityError as error:
        raise TryAgain(f"webhook {event_id!r} is being heard by another writer; repeat") from error
    return True


def _step_row(hold_id: str, asked: Step, now: datetime) -> dict[str, object]:
    return {
        "key": asked.key, "hold_id": hold_id, "kind": type(asked).__name__.lower(),
        "content": _content(asked), "state": "asked", "external_id": "", "code": "", "message": "",
        "at_us": to_us(now),
    }  # fmt: skip


def _content(asked: Step) -> str:
    return json.dumps(msgspec.to_builtins(asked), sort_keys=True, ensure_ascii=False)


def _step(row: Any) -> Step:
    content = json.loads(row.content)
    if row.kind == "authorise":
        return Authorise(content["key"], AuthoriseRequest(**content["request"]))
    if row.kind == "refund":
        content["sources"] = tuple(Leg(**leg) for leg in content["sources"])
    return _KINDS[row.kind](**content)


def _hold_row(h: Hold) -> dict[str, object]:
    return {
        "id": h.id, "reference": h.request.reference, "processor": h.processor,
        "request": json.dumps(msgspec.to_builtins(h.request), sort_keys=True), "state": h.state.value,
        "authorisation_id": h.authorisation_id, "reserved_minor": h.reserved_minor,
        "captured_minor": h.captured_minor, "refunded_minor": h.refunded_minor, "closing": h.closing,
        "booked": h.booked, "captures_many": h.captures_many, "challenge_url": h.challenge_url,
        "decline_code": h.decline_code, "asked_at_us": to_us(h.asked_at),
        "expires_at_us": None if h.expires_at is None else to_us(h.expires_at),
    }  # fmt: skip


def _hold(row: Any) -> Hold:
    return Hold(
        id=row.id, request=AuthoriseRequest(**json.loads(row.request)), processor=row.processor,
        state=HoldState(row.state), asked_at=from_us(row.asked_at_us), authorisation_id=row.authorisation_id,
        reserved_minor=row.reserved_minor, captured_minor=row.captured_minor,
        refunded_minor=row.refunded_minor,
        closing=bool(row.closing), booked=bool(row.booked), captures_many=bool(row.captures_many),
        challenge_url=row.challenge_url, decline_code=row.decline_code,
        expires_at=None if row.expires_at_us is None else from_us(row.expires_at_us),
    )  # fmt: skip
