"""What the two databases say differently, and how instants are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["EPOCH", "from_ms", "insert_new", "optional_iso", "to_ms", "was_inserted"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware instant."""
    return (instant - EPOCH) // timedelta(milliseconds=1)


def from_ms(value: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(milliseconds=value)


def optional_iso(value: int | None) -> str | None:
    """The instant in ISO 8601; None stays None."""
    return None if value is None else from_ms(value).isoformat()


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the database's own dialect, which knows ON CONFLICT."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def was_inserted(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert the row unless one with its key, or another unique value of it, is there; whether it was new.

    Asked by RETURNING, because a driver need not count what an INSERT did.
    """
    statement = insert_new(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None
