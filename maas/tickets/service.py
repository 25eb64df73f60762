"""Issuing, revoking, showing tickets; taking what readers saw. All of it in the caller's transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from maas.identity.sealing import Seals
from maas.identity.sql import from_ms, to_ms, was_inserted
from maas.tickets import cose, keys
from maas.tickets.errors import UnknownTicket
from maas.tickets.keys import SigningKey
from maas.tickets.model import ID_BYTES, Claims, Concession, Kind, Reduced, claims_of, packed, text_of
from maas.tickets.revocations import signed_list
from maas.tickets.tables import ticket, use

__all__ = ["DoubleUse", "NewTicket", "Seen", "Ticket", "Tickets"]

KEY_CHECKED_S = 60.0


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What to issue. `face` is what a person reads beside the code: keys of `texts.FACE`, plain values."""

    bundle_id: str
    part: int
    holder: str
    kind: Kind
    scope: str
    valid_from: datetime
    valid_until: datetime
    passengers: int = 1
    wheelchairs: int = 0
    concession: Concession = Concession.NONE
    uses: int = 1
    face: dict[str, Any] = field(default_factory=dict)
    reduced: tuple[Reduced, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as issued; `text` is what its QR code says."""

    id: str
    bundle_id: str
    holder: str
    claims: Claims
    text: str
    face: dict[str, Any]
    issued: datetime
    revoked: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket that a reader accepted, while it may have been without a network."""

    ticket_id: str
    at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class DoubleUse:
    """A ticket that was accepted more often than it allows, with every use known."""

    ticket_id: str
    allowed: int
    uses: tuple[tuple[str, Seen], ...]  # (reader, what it saw), oldest first


class Tickets:
    """The ticket office."""

    def __init__(self, seals: Seals, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._seals = seals
        self._random = random
        self._signing: tuple[SigningKey, datetime] | None = None

    def issue(self, connection: Connection, wanted: Sequence[NewTicket], *, now: datetime) -> list[Ticket]:
        """Sign tickets and keep them; in the order asked for."""
        if not wanted:
            return []
        signing = self._key(connection, now)
        rows, made = [], []
        for each in wanted:
            id_ = self._random(ID_BYTES)
            claims = Claims(
                id_, each.kind, each.part, _whole(each.valid_from), _whole(each.valid_until), each.scope,
                each.passengers, each.wheelchairs, each.concession, each.uses, each.reduced,
            )  # fmt: skip
            token = cose.sign(signing.private, signing.kid, packed(claims))
            rows.append(
                {
                    "id": id_.hex(), "bundle_id": each.bundle_id, "part": each.part, "holder": each.holder,
                    "token": token, "face": json.dumps(each.face, ensure_ascii=False), "uses": each.uses,
                    "valid_until_ms": to_ms(claims.valid_until), "issued_ms": to_ms(now),
                }
            )  # fmt: skip
            made.append(
                Ticket(
                    id_.hex(), each.bundle_id, each.holder, claims, text_of(token), each.face, now, None, ""
                )
            )
        connection.execute(insert(ticket), rows)
        return made

    def revoke(
        self,
        connection: Connection,
        bundle_id: str,
        parts: Sequence[int] | None,
        reason: str,
        *,
        now: datetime,
    ) -> int:
        """The tickets of a bundle's parts (None: of all) are no longer good; how many there were."""
        which = (ticket.c.bundle_id == bundle_id) & ticket.c.revoked_ms.is_(None)
        if parts is not None:
            which &= ticket.c.part.in_(list(parts))
        done = connection.execute(
            update(ticket).where(which).values(revoked_ms=to_ms(now), reason=reason[:80])
        )
        return int(done.rowcount)

    def find(self, connection: Connection, ticket_id: str) -> Ticket:
        """A ticket by id. Raises UnknownTicket."""
        row = connection.execute(select(ticket).where(ticket.c.id == ticket_id)).first()
        if row is None:
            raise UnknownTicket(f"no ticket has the id {ticket_id[:40]!r}")
        return _ticket(row)

    def find_all(self, connection: Connection, ticket_ids: Sequence[str]) -> list[Ticket]:
        """Those of these tickets that exist."""
        rows = connection.execute(select(ticket).where(ticket.c.id.in_(list(set(ticket_ids)))))
        return [_ticket(row) for row in rows]

    def of(self, connection: Connection, holder: str, bundle_id: str | None = None) -> list[Ticket]:
        """What an account holds, newest first; of one bundle, in the order of its parts."""
        query = select(ticket).where(ticket.c.holder == holder)
        if bundle_id is None:
            query = query.order_by(ticket.c.issued_ms.desc(), ticket.c.part).limit(200)
        else:
            query = query.where(ticket.c.bundle_id == bundle_id).order_by(ticket.c.part, ticket.c.issued_ms)
        return [_ticket(row) for row in connection.execute(query)]

    def key_set(self, connection: Connection, *, now: datetime) -> dict[str, Any]:
        """The public keys, as a JWK set; made on first use, so give a write transaction."""
        keys.active(connection, self._seals, now=now)
        return keys.key_set(connection)

    def revocations(self, connection: Connection, *, now: datetime) -> bytes:
        """The signed list of revoked tickets that would still be valid."""
        ids = connection.execute(
            select(ticket.c.id).where(ticket.c.revoked_ms.is_not(None), ticket.c.valid_until_ms >= to_ms(now))
        ).scalars()
        return signed_list(self._key(connection, now), [bytes.fromhex(id_) for id_ in ids], now=now)

    def rotate(self, connection: Connection, *, now: datetime) -> str:
        """The next key signs from now on; its id."""
        self._signing = None
        return keys.rotate(connection, self._seals, now=now)

    def sweep(self, connection: Connection, *, now: datetime) -> str | None:
        """Once a day or so: rotate a key that has signed for long; the new one's id, or None."""
        self._signing = None
        return keys.rotate_if_old(connection, self._seals, now=now)

    def take(
        self, connection: Connection, reader: str, seen: Sequence[Seen], *, now: datetime
    ) -> list[DoubleUse]:
        """Keep what a reader saw, in any order and as often as it likes to tell; which were used too often.

        Uses of tickets that nobody issued are left out: a reader that accepts those has other troubles.
        """
        known = self._known(connection, [each.ticket_id for each in seen])
        for each in seen:
            if each.ticket_id in known:
                row = {
                    "ticket_id": each.ticket_id, "reader": reader[:80], "at_ms": to_ms(each.at),
                    "place": each.place[:120], "heard_ms": to_ms(now),
                }  # fmt: skip
                was_inserted(connection, use, row)
        return self.doubles(connection, sorted({each.ticket_id for each in seen} & known.keys()))

    def doubles(self, connection: Connection, ticket_ids: Sequence[str]) -> list[DoubleUse]:
        """Of these tickets, those that were used more often than they allow."""
        known = self._known(connection, ticket_ids)
        rows = connection.execute(
            select(use).where(use.c.ticket_id.in_(list(known))).order_by(use.c.at_ms, use.c.reader)
        )
        by_ticket: dict[str, list[tuple[str, Seen]]] = {}
        for r in rows:
            seen = Seen(r.ticket_id, from_ms(r.at_ms), r.place)
            by_ticket.setdefault(r.ticket_id, []).append((r.reader, seen))
        return [
            DoubleUse(id_, known[id_], tuple(uses))
            for id_, uses in sorted(by_ticket.items())
            if 0 < known[id_] < len(uses)
        ]

    def latest_doubles(self, connection: Connection, count: int) -> list[DoubleUse]:
        """Tickets that were used too often, the latest heard of first."""
        rows = connection.execute(
            select(use.c.ticket_id)
            .join(ticket, ticket.c.id == use.c.ticket_id)
            .where(ticket.c.uses > 0)
            .group_by(use.c.ticket_id, ticket.c.uses)
            .having(func.count() > ticket.c.uses)
            .order_by(func.max(use.c.heard_ms).desc(), use.c.ticket_id)
            .limit(count)
        ).scalars()
        ids = list(rows)
        return sorted(self.doubles(connection, ids), key=lambda found: ids.index(found.ticket_id))

    def _known(self, connection: Connection, ticket_ids: Sequence[str]) -> dict[str, int]:
        rows = connection.execute(
            select(ticket.c.id, ticket.c.uses).where(ticket.c.id.in_(list(set(ticket_ids))))
        )
        return {r.id: r.uses for r in rows}

    def _key(self, connection: Connection, now: datetime) -> SigningKey:
        """The signing key, looked up again after a minute: another process may have rotated it.

        A key found in a transaction that is rolled back later is forgotten in a minute, too; until then it
        would sign what no key set knows, so a new one is never remembered.
        """
        kept = self._signing
        if kept is not None and 0 <= (now - kept[1]).total_seconds() < KEY_CHECKED_S:
            return kept[0]
        existed = keys.exists(connection)
        found = keys.active(connection, self._seals, now=now)
        self._signing = (found, now) if existed else None
        return found


def _ticket(row: Any) -> Ticket:
    token = bytes(row.token)
    revoked = None if row.revoked_ms is None else from_ms(row.revoked_ms)
    return Ticket(
        row.id, row.bundle_id, row.holder, claims_of(cose.payload(token)), text_of(token),
        json.loads(row.face), from_ms(row.issued_ms), revoked, row.reason,
    )  # fmt: skip


def _whole(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
