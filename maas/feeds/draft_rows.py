"""Rows of drafts and of their documents: read, and changed only by who saw the latest revision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from gtfs.authoring.apply import Change
from gtfs.authoring.documents import Kind, parse
from maas.feeds import store
from maas.feeds.errors import EditConflict, UnknownFeed
from maas.feeds.model import Version
from maas.feeds.tables import document as document_table
from maas.feeds.tables import draft as draft_table
from maas.feeds.tables import version as version_table

__all__ = ["Draft", "DraftRow", "Held", "get_draft", "get_row", "get_rows", "set_draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; `base` is None where it began with nothing."""

    id: str
    feed_id: str
    base: Version | None
    title: str
    state: str  # open | released | discarded
    revision: int
    author: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it stands in a draft."""

    kind: Kind
    key: str
    content: dict[str, Any]
    tag: str
    author: str  # "" where it stands so in the base version


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A document that was put or removed (content None) since the base version."""

    kind: Kind
    key: str
    content: str | None
    author: str

    def change(self) -> Change:
        """What it does to the base version."""
        held = None if self.content is None else parse(self.kind, json.loads(self.content))
        return Change(self.kind, self.key, held)


def get_draft(connection: Connection, feed_id: str, draft_id: str) -> Draft:
    """A draft by its id. Raises UnknownFeed."""
    row = connection.execute(
        select(draft_table).where(draft_table.c.id == draft_id, draft_table.c.feed_id == feed_id)
    ).first()
    if row is None:
        raise UnknownFeed(f"feed {feed_id!r} has no draft {draft_id!r}; list them, or open one")
    base = None
    if row.base_id is not None:
        number = connection.execute(
            select(version_table.c.number).where(version_table.c.id == row.base_id)
        ).scalar_one()
        base = store.get_version(connection, feed_id, number)
    return Draft(
        row.id, row.feed_id, base, row.title, row.state, row.revision, row.author,
        store.from_ms(row.created_ms), store.from_ms(row.changed_ms),
    )  # fmt: skip


def set_draft(connection: Connection, draft: Draft, now: datetime, **values: Any) -> None:
    """Change an open draft and count its revision on. Raises EditConflict if it is not as `draft` saw it."""
    done = connection.execute(
        update(draft_table)
        .where(draft_table.c.id == draft.id, draft_table.c.revision == draft.revision)
        .where(draft_table.c.state == "open")
        .values(revision=draft.revision + 1, changed_ms=store.to_ms(now), **values)
    )
    if done.rowcount == 0:
        raise EditConflict("the draft was changed or closed in the meantime; look at it and try again")


def get_rows(connection: Connection, draft_id: str) -> list[DraftRow]:
    """What was put and removed since the base version, in the order of kind and key."""
    rows = connection.execute(
        select(document_table)
        .where(document_table.c.draft_id == draft_id)
        .order_by(document_table.c.kind, document_table.c.key)
    )
    return [_of(row) for row in rows]


def get_row(connection: Connection, draft_id: str, kind: Kind, key: str) -> DraftRow | None:
    """What was done to one document; None if nothing."""
    row = connection.execute(
        select(document_table).where(
            document_table.c.draft_id == draft_id,
            document_table.c.kind == kind.value,
            document_table.c.key == key,
        )
    ).first()
    return None if row is None else _of(row)


def _of(row: Row[Any]) -> DraftRow:
    return DraftRow(Kind(row.kind), row.key, row.content, row.author)
