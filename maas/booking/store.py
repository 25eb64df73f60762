"""Bundles, parts, sagas and their journal in the database, read and written many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from maas.booking import tables as t
from maas.booking.errors import LostLease
from maas.booking.model import Bundle, Part
from payments.batch import Begun
from storage.rows import insert_rows, update_rows
from storage.sql import database_now_ms, one_of

__all__ = [
    "Case", "Line", "Saga", "add_parts", "bundles_of", "claim_due", "find", "free", "hold_on", "journal",
    "lines_of", "load", "new", "open_saga", "parts_with_ref", "save", "stuck_sagas",
]  # fmt: skip

_B, _P, _S, _J = t.bundle.c, t.part.c, t.saga.c, t.step.c
_READ_BUNDLE, _READ_PART = msgspec.json.Decoder(Bundle), msgspec.json.Decoder(Part)


class Saga(msgspec.Struct):
    """One run of steps over one bundle; `body` is what its kind needs to know."""

    id: str
    bundle_id: str
    kind: str
    phase: str
    state: str = "open"
    owner: str = ""
    fence: int = 0
    lease_until_ms: int = 0
    wake_ms: int = 0
    attempts: int = 0
    error: str = ""
    body: dict[str, Any] = {}
    created_ms: int = 0


@dataclass(slots=True)
class Case:
    """A saga in hand, with its bundle and what of both is not written yet."""

    saga: Saga
    bundle: Bundle
    touched: set[int] = field(default_factory=set)  # parts to write, by number
    lines: list[Line] = field(default_factory=list)
    request_key: str = ""
    digest: str = ""
    begun: Begun | None = None  # the step of the money that this transaction began

    def note(self, what: str, actor: str = "", **detail: Any) -> None:
        """A line for the journal, written with the next transaction."""
        self.lines.append(Line(what, actor or self.saga.owner, detail))

    def changed(self, part: Part) -> None:
        """Write this part, too."""
        self.touched.add(part.no)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal."""

    what: str
    actor: str
    detail: dict[str, Any]
    at_ms: int = 0
    fence: int = 0


_LOCK = (
    select(t.saga, database_now_ms().label("now_ms"))
    .where(one_of(_S.id, "ids"))
    .order_by(_S.id)
    .with_for_update()
)
_MADE = select(_B.id).where(one_of(_B.id, "ids"))
_SAGAS = select(t.saga).where(one_of(_S.id, "ids"))
_BUNDLES = select(_B.id, _B.subject, _B.body).where(one_of(_B.id, "ids"))
_PARTS = select(_P.bundle_id, _P.body).where(one_of(_P.bundle_id, "ids")).order_by(_P.bundle_id, _P.no)


def hold_on(
    connection: Connection, tokens: Sequence[tuple[str, int]]
) -> tuple[dict[str, Case | LostLease], int]:
    """Lock sagas for this transaction and read them with their bundles, each as it is written.

    `tokens` are (saga, fence). By saga: the case, or LostLease where it is no longer ours; and the database's
    clock in milliseconds. What a transaction changes is always read in it: memory never survives a rollback.
    """
    found: dict[str, Case | LostLease] = {}
    now_ms, ours = 0, []
    rows = {row.id: row for row in connection.execute(_LOCK, {"ids": [saga for saga, _ in tokens]})}
    for saga_id, fence in tokens:
        row = rows.get(saga_id)
        if row is None or row.fence != fence:
            found[saga_id] = LostLease(f"saga {saga_id}: another process has taken it over")
            continue
        now_ms = int(row.now_ms)
        ours.append(_saga(row))
    bundles = {b.id: b for b in find(connection, [saga.bundle_id for saga in ours])}
    for saga in ours:
        found[saga.id] = Case(saga, bundles[saga.bundle_id])
    return found, now_ms


def free(
    connection: Connection, bundle_ids: Sequence[str], owner: str, lease_s: float
) -> tuple[dict[str, Case], int]:
    """The open sagas of these bundles that nobody holds, taken for `owner`; and the database's clock.

    The lease stands only with the caller's `save`.
    """
    query = (
        select(t.saga, database_now_ms().label("now_ms"))
        .where(_S.bundle_id.in_(list(bundle_ids)), _S.state != "done")
        .order_by(_S.id)
        .with_for_update()
    )
    rows = list(connection.execute(query))
    now_ms = next((int(row.now_ms) for row in rows), 0)
    taken = [_saga(row) for row in rows if row.lease_until_ms <= row.now_ms]
    bundles = {b.id: b for b in find(connection, [saga.bundle_id for saga in taken])}
    for saga in taken:
        saga.owner, saga.fence = owner, saga.fence + 1
        saga.lease_until_ms = now_ms + int(lease_s * 1000)
    return {saga.bundle_id: Case(saga, bundles[saga.bundle_id]) for saga in taken}, now_ms


def new(connection: Connection, cases: Sequence[Case]) -> list[Case]:
    """Write bundles that are not there yet, with their sagas; those whose request key is taken come back."""
    if not cases:
        return []
    rows = [
        {
            "id": c.bundle.id, "subject": c.bundle.subject, "request_key": c.request_key, "digest": c.digest,
            "state": c.bundle.state.value, "created_ms": c.bundle.created_ms, "saga": c.saga.id,
            "body": _bundle_body(c.bundle),
        }
        for c in cases
    ]  # fmt: skip
    insert_rows(connection, t.bundle, rows, skip_known=True)
    made = set(connection.execute(_MADE, {"ids": [c.bundle.id for c in cases]}).scalars())
    fresh = [c for c in cases if c.bundle.id in made]
    if fresh:
        insert_rows(
            connection, t.part, [_part_row(c.bundle.id, part) for c in fresh for part in c.bundle.parts]
        )
        insert_rows(connection, t.saga, [_saga_row(c.saga) for c in fresh])
        journal(connection, fresh)
        for case in fresh:
            case.touched.clear()
    return [c for c in cases if c.bundle.id not in made]


def save(connection: Connection, cases: Sequence[Case]) -> None:
    """Write sagas, bundles, touched parts and journal lines; the caller holds their locks (`hold_on`)."""
    if not cases:
        return
    update_rows(
        connection,
        t.saga,
        ["id"],
        [
            {
                "id": c.saga.id, "phase": c.saga.phase, "state": c.saga.state,
                "owner": c.saga.owner, "fence": c.saga.fence, "lease_until_ms": c.saga.lease_until_ms,
                "wake_ms": c.saga.wake_ms,
                "attempts": c.saga.attempts, "error": c.saga.error[:2000],
                "body": json.dumps(c.saga.body),
            }
            for c in cases
        ],
    )  # fmt: skip
    update_rows(
        connection,
        t.bundle,
        ["id"],
        [
            {
                "id": c.bundle.id, "state": c.bundle.state.value, "body": _bundle_body(c.bundle),
                "saga": c.saga.id if c.saga.state != "done" else "",
            }
            for c in cases
        ],
    )  # fmt: skip
    known = [_part_change(c.bundle.id, p) for c in cases for p in c.bundle.parts if p.no in c.touched]
    update_rows(connection, t.part, ["bundle_id", "no"], known)
    journal(connection, cases)
    for case in cases:
        case.touched.clear()


def add_parts(connection: Connection, bundle_id: str, parts: Sequence[Part]) -> None:
    """Write parts that are not there yet."""
    insert_rows(connection, t.part, [_part_row(bundle_id, part) for part in parts])


def journal(connection: Connection, cases: Iterable[Case]) -> None:
    """Write what was noted."""
    rows = [
        {
            "saga_id": c.saga.id, "fence": c.saga.fence, "what": line.what, "actor": line.actor,
            "detail": json.dumps(line.detail, ensure_ascii=False, default=str),
        }
        for c in cases
        for line in c.lines
    ]  # fmt: skip
    insert_rows(connection, t.step, rows, clock="at_ms")
    for case in cases:
        case.lines.clear()


def open_saga(connection: Connection, saga: Saga) -> None:
    """Write a new saga of a bundle whose row the caller has locked, and bind the bundle to it."""
    insert_rows(connection, t.saga, [_saga_row(saga)])
    connection.execute(update(t.bundle).where(_B.id == saga.bundle_id).values(saga=saga.id))


def claim_due(connection: Connection, owner: str, lease_s: float, limit: int) -> list[Case]:
    """Take open sagas whose time has come and that nobody holds, oldest first."""
    now = database_now_ms()
    due = (
        select(_S.id)
        .where(_S.state == "open", _S.wake_ms <= now, _S.lease_until_ms <= now)
        .order_by(_S.wake_ms)
        .limit(limit)
    )
    return _claim(connection, due, owner, lease_s)


def _claim(connection: Connection, which: Any, owner: str, lease_s: float) -> list[Case]:
    ids = list(connection.execute(which.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    taken = update(t.saga).where(_S.id.in_(ids)).values(
        owner=owner, fence=_S.fence + 1, lease_until_ms=database_now_ms() + int(lease_s * 1000)
    )  # fmt: skip
    connection.execute(taken)
    return load(connection, ids)


def load(connection: Connection, saga_ids: Sequence[str]) -> list[Case]:
    """Sagas with their bundles as they are written."""
    sagas = [_saga(row) for row in connection.execute(_SAGAS, {"ids": list(saga_ids)})]
    bundles = {b.id: b for b in find(connection, [s.bundle_id for s in sagas])}
    return [Case(saga, bundles[saga.bundle_id]) for saga in sagas]


def find(connection: Connection, bundle_ids: Sequence[str]) -> list[Bundle]:
    """Bundles by id, in no order; those that are not there are left out."""
    if not bundle_ids:
        return []
    ids = {"ids": list(bundle_ids)}
    bundles: dict[str, Bundle] = {}
    for found in connection.execute(_BUNDLES, ids):
        bundles[found.id] = bundle = _READ_BUNDLE.decode(found.body)
        bundle.subject = found.subject  # a guest's bundles can be claimed
    for row in connection.execute(_PARTS, ids):
        bundles[row.bundle_id].parts.append(_READ_PART.decode(row.body))
    return list(bundles.values())


def bundles_of(connection: Connection, subject: str, *, limit: int, offset: int) -> list[Bundle]:
    """A rider's bundles, newest first."""
    ids = (
        select(_B.id)
        .where(_B.subject == subject)
        .order_by(_B.created_ms.desc(), _B.id)
        .limit(limit)
        .offset(offset)
    )
    order = list(connection.execute(ids).scalars())
    found = {b.id: b for b in find(connection, order)}
    return [found[one] for one in order]


def parts_with_ref(connection: Connection, kind: str, ref: str) -> list[tuple[str, int]]:
    """(bundle, number) of the parts that a provider's name stands for."""
    query = select(_P.bundle_id, _P.no).where(_P.kind == kind, _P.ref == ref)
    return [(row.bundle_id, row.no) for row in connection.execute(query)]


def stuck_sagas(connection: Connection, *, older_ms: int, limit: int = 200) -> list[Saga]:
    """Sagas that an operator should look at: given up, or open and tried again and again."""
    late = (_S.state == "open") & (_S.attempts > 2) & (_S.created_ms < database_now_ms() - older_ms)
    query = select(t.saga).where((_S.state == "stuck") | late).order_by(_S.created_ms).limit(limit)
    return [_saga(row) for row in connection.execute(query)]


def lines_of(connection: Connection, saga_id: str) -> list[Line]:
    """The journal of a saga, oldest first."""
    rows = connection.execute(select(t.step).where(_J.saga_id == saga_id).order_by(_J.id))
    return [Line(r.what, r.actor, json.loads(r.detail), r.at_ms, r.fence) for r in rows]


def _bundle_body(bundle: Bundle) -> str:
    return msgspec.json.encode(msgspec.structs.replace(bundle, parts=[])).decode()


def _part_body(part: Part) -> str:
    return msgspec.json.encode(part).decode()


def _kind(part: Part) -> str:
    return str(part.wish.__struct_config__.tag)


def _part_row(bundle_id: str, part: Part) -> dict[str, Any]:
    return {
        "bundle_id": bundle_id, "no": part.no, "kind": _kind(part), "state": part.state.value,
        "ref": "" if part.held is None else part.held.ref,
        "starts_ms": None if part.held is None else part.held.starts_ms, "body": _part_body(part),
    }  # fmt: skip


def _part_change(bundle_id: str, part: Part) -> dict[str, Any]:
    row = _part_row(bundle_id, part)
    del row["kind"]  # which never changes
    return row


def _saga_row(saga: Saga) -> dict[str, Any]:
    row = msgspec.structs.asdict(saga)
    return {**row, "body": json.dumps(saga.body)}


def _saga(row: Row[Any]) -> Saga:
    return Saga(
        row.id, row.bundle_id, row.kind, row.phase, row.state, row.owner, row.fence, row.lease_until_ms,
        row.wake_ms, row.attempts, row.error, json.loads(row.body), row.created_ms,
    )  # fmt: skip
