"""The audit trail: append-only, and chained so that a change behind the database's back is found.

Each entry's digest is HMAC(server key, the digest before, the entry): who can write to the database but
does not know the server key cannot mend the chain. The head's row makes writers take turns, and a cut-off
end is found because the head knows how many entries there are. Details hold identifiers and kinds, never
names or addresses: the trail outlives an erasure.

Who has the database's own powers could still put back a whole older state of it. An *anchor* (number and
digest of the last entry) that is kept elsewhere finds that out: the chain must pass through it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from maas.identity.errors import TamperedAudit
from maas.identity.people_tables import audit, audit_head
from maas.identity.sealing import Seals
from maas.identity.sql import from_ms
from maas.identity.work import Work

__all__ = ["Anchor", "Entry", "anchor", "append", "entries", "verify"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the trail at some moment; worth keeping where the database's owner cannot write."""

    seq: int
    digest: str


def append(work: Work, action: str, subject: str, **detail: str | int | bool | list[str] | None) -> None:
    """Write down, in the same transaction, that `work.actor` did `action` to `subject`."""
    taken = work.connection.execute(
        update(audit_head).values(seq=audit_head.c.seq + 1).returning(audit_head.c.seq, audit_head.c.digest)
    ).one()
    row = {
        "seq": taken.seq,
        "at_ms": work.now_ms,
        "actor": work.actor,
        "on_behalf_of": work.on_behalf_of,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
    }
    digest = _digest(work.kit.seals, taken.digest, row)
    work.connection.execute(insert(audit).values(**row, digest=digest))
    work.connection.execute(update(audit_head).values(digest=digest))


def entries(work: Work, *, subject: str | None = None, after: int = 0, count: int = 100) -> list[Entry]:
    """At most `count` entries after number `after`, oldest first; of everything, or of one subject.

    An entry belongs to a subject that acted, was acted for, or was acted upon.
    """
    query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(count)
    if subject is not None:
        query = query.where(
            (audit.c.subject == subject) | (audit.c.actor == subject) | (audit.c.on_behalf_of == subject)
        )
    return [_entry(row) for row in work.connection.execute(query)]


def anchor(work: Work) -> Anchor:
    """The end of the trail now."""
    head = work.connection.execute(select(audit_head.c.seq, audit_head.c.digest)).one()
    return Anchor(head.seq, head.digest)


def verify(work: Work, kept: Anchor | None = None) -> int:
    """Walk the whole chain; the number of entries. Raises TamperedAudit at the first that does not fit.

    With an anchor that was `kept`, the chain must pass through it, too.
    """
    digest, number = "", 0
    query = select(audit).order_by(audit.c.seq).execution_options(yield_per=1000)
    with work.connection.execute(query) as rows:
        for row in rows:
            number += 1
            content = {name: value for name, value in row._mapping.items() if name != "digest"}
            if row.seq != number or row.digest != _digest(work.kit.seals, digest, content):
                raise TamperedAudit(f"audit entry {number}: changed, removed or put in; compare the backups")
            digest = row.digest
            if kept is not None and number == kept.seq and digest != kept.digest:
                raise TamperedAudit(f"audit entry {number}: not what it was when the anchor was kept")
    head = anchor(work)
    if (head.seq, head.digest) != (number, digest):
        raise TamperedAudit(f"the audit trail ends at entry {number}, but {head.seq} were written")
    if kept is not None and number < kept.seq:
        raise TamperedAudit(f"the audit trail ends at entry {number}, but {kept.seq} were there before")
    return number


def _digest(seals: Seals, before: str, row: dict[str, Any]) -> str:
    return seals.keyed("audit", before, json.dumps(row, sort_keys=True, ensure_ascii=False))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.seq, from_ms(row.at_ms), row.actor, row.on_behalf_of, row.action, row.subject,
        json.loads(row.detail),
    )  # fmt: skip
