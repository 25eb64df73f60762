"""What the tests of tickets share: an office, wishes for tickets, and readers with a log in memory."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from maas.identity.sealing import Seals
from maas.tickets.keys import public_keys
from maas.tickets.reader import Reader
from maas.tickets.revocations import read_list
from maas.tickets.service import Kind, NewTicket, Ticket, Tickets
from maas.tickets.tables import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 10:00 in Makuhari
PLACE = "shuttle/on-demand/shuttle-3"


@dataclass
class MemoryLog:
    """Uses that are forgotten with the test."""

    seen: dict[str, list[datetime]] = field(default_factory=dict)

    def uses(self, ticket_id: str) -> list[datetime]:
        return self.seen.get(ticket_id, [])

    def add(self, ticket_id: str, at: datetime, place: str) -> None:
        del place
        self.seen.setdefault(ticket_id, []).append(at)


@dataclass
class Office:
    """The ticket office and its database."""

    database: Database
    tickets: Tickets

    def issue(self, now: datetime = NOW, **changed: Any) -> Ticket:
        return self.database.run(lambda c: self.tickets.issue(c, [wanted(**changed)], now=now))[0]

    def reader(self, now: datetime = NOW, place: str = PLACE) -> Reader:
        """A reader that has just fetched everything."""
        keys = public_keys(self.database.run(lambda c: self.tickets.key_set(c, now=now)))
        listed = self.database.run(lambda c: self.tickets.revocations(c, now=now))
        return Reader(place, keys, read_list(listed, keys), MemoryLog())


def wanted(**changed: Any) -> NewTicket:
    asked: dict[str, Any] = {
        "bundle_id": "bun_" + "1" * 32, "part": 1, "holder": "acc_" + "2" * 32, "kind": Kind.SHUTTLE,
        "scope": "shuttle", "valid_from": NOW - timedelta(minutes=10),
        "valid_until": NOW + timedelta(minutes=50), "passengers": 2, "wheelchairs": 1,
        "face": {"title": "シャトル", "from": "海浜幕張駅", "to": "幕張整形外科", "departs": NOW.isoformat()},
    }  # fmt: skip
    return NewTicket(**(asked | changed))


def open_office(url: str) -> Office:
    database = Database.open(url)
    create_schema(database)
    return Office(database, Tickets(Seals(b"k" * 32, secrets.token_bytes)))
