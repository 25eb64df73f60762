"""Read the ledger back: whole transfers, the trail of one order, and a proof that every rule still holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, case, func, select

from payments.ledger import tables as t
from payments.ledger.model import Leg, Transfer, TransferState, from_us, to_us


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold, and where."""

    rule: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class Line:
    """One posted posting of an account, as a statement shows it."""

    transfer_key: str
    kind: str
    reference: str
    external_id: str
    part: str
    amount_minor: int
    at: datetime


def trace(connection: Connection, reference: str) -> list[Transfer]:
    """Every transfer of one order (bundle), oldest first: where each of its yen went."""
    return _transfers(connection, t.transfer.c.reference == reference)


def touching(connection: Connection, prefix: str, *, count: int) -> list[Transfer]:
    """The latest transfers that touch an account whose code begins so, the newest first."""
    p, a = t.posting.c, t.account.c
    accounts = select(a.id).where(a.code.startswith(prefix, autoescape=True))
    ids = (
        select(p.transfer_id)
        .where(p.account_id.in_(accounts))
        .distinct()
        .order_by(p.transfer_id.desc())
        .limit(count)
    )
    return _transfers(connection, t.transfer.c.id.in_(ids))[::-1]


def transfer(connection: Connection, key: str) -> Transfer | None:
    """The transfer written under this key."""
    found = _transfers(connection, t.transfer.c.key == key)
    return found[0] if found else None


def between(
    connection: Connection, since: datetime, until: datetime, kinds: Sequence[str] = ()
) -> list[Transfer]:
    """Transfers recorded in [since, until), oldest first; of these kinds, or of all."""
    c = t.transfer.c
    where = (c.at_us >= to_us(since)) & (c.at_us < to_us(until))
    return _transfers(connection, where & c.kind.in_(kinds) if kinds else where)


def lines(connection: Connection, account: str, since: datetime, until: datetime) -> Iterator[Line]:
    """Posted postings of one account in [since, until), oldest first."""
    c, p = t.transfer.c, t.posting.c
    rows = connection.execute(
        select(c.key, c.kind, c.reference, c.external_id, c.at_us, p.part, p.amount_minor)
        .join(t.posting, p.transfer_id == c.id)
        .join(t.account, t.account.c.id == p.account_id)
        .where(
            t.account.c.code == account, p.layer == "posted", c.at_us >= to_us(since), c.at_us < to_us(until)
        )
        .order_by(c.id, p.seq)
    )
    return (
        Line(r.key, r.kind, r.reference, r.external_id, r.part, int(r.amount_minor), from_us(r.at_us))
        for r in rows
    )


def posted_before(connection: Connection, account: str, instant: datetime) -> int:
    """The account's posted balance just before `instant`, in minor units."""
    c, p = t.transfer.c, t.posting.c
    return int(
        connection.execute(
            select(func.coalesce(func.sum(p.amount_minor), 0))
            .join(t.transfer, p.transfer_id == c.id)
            .join(t.account, t.account.c.id == p.account_id)
            .where(t.account.c.code == account, p.layer == "posted", c.at_us < to_us(instant))
        ).scalar_one()
    )


def state(connection: Connection, key: str) -> TransferState | None:
    """Where the transfer with this key stands; None if there is none."""
    c = t.transfer.c
    row = connection.execute(select(c.id, c.phase).where(c.key == key)).first()
    if row is None:
        return None
    if row.phase != "pending":
        return TransferState.VOIDED if row.phase == "void" else TransferState.POSTED
    phases = [
        (r.phase, r.closes)
        for r in connection.execute(select(c.phase, c.closes).where(c.pending_id == row.id))
    ]
    if ("void", True) in phases:
        return TransferState.VOIDED
    if ("post", True) in phases:
        return TransferState.SETTLED
    return TransferState.PARTLY_POSTED if phases else TransferState.PENDING


def audit(connection: Connection) -> list[Finding]:
    """Recompute everything from the postings; an empty list is the proof."""
    c, p, a, b = t.transfer.c, t.posting.c, t.account.c, t.balance.c
    findings = [
        Finding("sum zero", f"currency {r.currency}", f"postings sum to {r.total}")
        for r in connection.execute(
            select(a.currency, func.sum(p.amount_minor).label("total"))
            .join(t.account, a.id == p.account_id)
            .group_by(a.currency)
            .having(func.sum(p.amount_minor) != 0)
        )
    ]
    findings += [
        Finding("sum zero", f"transfer {r.transfer_id}", f"{r.currency} postings sum to {r.total}")
        for r in connection.execute(
            select(p.transfer_id, a.currency, func.sum(p.amount_minor).label("total"))
            .join(t.account, a.id == p.account_id)
            .group_by(p.transfer_id, a.currency, case((p.layer == "posted", 1), else_=0))
            .having(func.sum(p.amount_minor) != 0)
        )
    ]
    findings += [
        Finding("sealed", f"transfer {r.transfer_id}", "postings without a transfer")
        for r in connection.execute(
            select(p.transfer_id)
            .outerjoin(t.transfer, c.id == p.transfer_id)
            .where(c.id.is_(None))
            .distinct()
        )
    ]
    sums = {
        (r.account_id, r.layer): int(r.total)
        for r in connection.execute(
            select(p.account_id, p.layer, func.sum(p.amount_minor).label("total")).group_by(
                p.account_id, p.layer
            )
        )
    }
    kept = connection.execute(
        select(
            a.id, a.code, a.floor_minor,
            func.sum(b.posted_minor).label("posted"),
            func.sum(b.outgoing_minor).label("outgoing"),
            func.sum(b.incoming_minor).label("incoming"),
        )
        .join(t.balance, b.account_id == a.id)
        .group_by(a.id, a.code, a.floor_minor)
    )  # fmt: skip
    for r in kept:
        for layer in ("posted", "outgoing", "incoming"):
            if int(getattr(r, layer)) != sums.get((r.id, layer), 0):
                findings.append(
                    Finding(
                        "balance",
                        r.code,
                        f"{layer} says {getattr(r, layer)}, is {sums.get((r.id, layer), 0)}",
                    )
                )
        if r.floor_minor is not None and int(r.posted) + int(r.outgoing) < r.floor_minor:
            findings.append(
                Finding("floor", r.code, f"{int(r.posted) + int(r.outgoing)} is below {r.floor_minor}")
            )
    return findings


def _transfers(connection: Connection, where: object) -> list[Transfer]:
    c, p = t.transfer.c, t.posting.c
    parent = t.transfer.alias("parent")
    query: Select[tuple[object, ...]] = (
        select(
            c.id, c.key, c.kind, c.phase, c.reference, c.external_id, c.at_us,
            parent.c.key.label("pending_key"), t.account.c.code, p.amount_minor, p.part,
        )
        .join(t.posting, p.transfer_id == c.id)
        .join(t.account, t.account.c.id == p.account_id)
        .outerjoin(parent, parent.c.id == c.pending_id)
        .where(where)  # type: ignore[arg-type]
        .where((c.phase.in_(("pending", "void"))) | (p.layer == "posted"))
        .order_by(c.id, p.seq)
    )  # fmt: skip
    found: dict[int, Transfer] = {}
    legs: dict[int, list[Leg]] = {}
    for r in connection.execute(query):
        legs.setdefault(r.id, []).append(Leg(r.code, int(r.amount_minor), r.part))
        found[r.id] = Transfer(
            r.key, r.kind, r.phase, r.reference, r.external_id, from_us(r.at_us), (), r.pending_key
        )
    return [
        Transfer(x.key, x.kind, x.phase, x.reference, x.external_id, x.at, tuple(legs[number]), x.pending_key)
        for number, x in found.items()
    ]
