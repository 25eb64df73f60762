"""The record of everything that happened to offers, slots and holds; appended to, never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from maas.services.sql import database_now_ms, from_ms
from maas.services.tables import event


@dataclass(frozen=True, slots=True)
class Event:
    """`what` happened to `subject`, at an instant of the database's clock, by whom."""

    id: int
    at: datetime
    subject: str
    what: str
    actor: str
    detail: dict[str, Any]


_APPEND = insert(event).values(at_ms=database_now_ms())


def append(connection: Connection, subject: str, what: str, actor: str, /, **detail: object) -> None:
    """Write one line, in the caller's transaction."""
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
    connection.execute(_APPEND, {"subject": subject, "what": what, "actor": actor, "detail": text})


def history(connection: Connection, subject: str) -> list[Event]:
    """Everything about one subject, oldest first."""
    return _events(connection, select(event).where(event.c.subject == subject))


def since(connection: Connection, last_id: int, *, limit: int = 500, settle_ms: int = 2000) -> list[Event]:
    """What came after an event that the reader has seen, oldest first; 0 begins at the beginning.

    Lines younger than `settle_ms` wait for the next reading: a writer that took a smaller number may not
    have committed yet, and its line would never be seen.
    """
    settled = event.c.at_ms <= database_now_ms() - settle_ms
    return _events(connection, select(event).where(event.c.id > last_id, settled).limit(limit))


def _events(connection: Connection, query: Select[Any]) -> list[Event]:
    return [
        Event(r.id, from_ms(r.at_ms), r.subject, r.what, r.actor, json.loads(r.detail))
        for r in connection.execute(query.order_by(event.c.id))
    ]
