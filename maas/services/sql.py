"""What the two databases say differently: their own clock, and inserting a row unless it is there.

Holds end by the database's clock, so that machines whose clocks differ agree when one ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class database_now_ms(FunctionElement[int]):  # noqa: N801 - it is written like an SQL function
    """Milliseconds since 1970 at the moment the statement looks, not when its transaction began."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_now_ms, "sqlite")
def _sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    seconds = "CAST(strftime('%s', 'now') AS INTEGER)"
    millis = "CAST(substr(strftime('%f', 'now'), 4, 3) AS INTEGER)"
    return f"({seconds} * 1000 + {millis})"


@compiles(database_now_ms, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)"


def to_ms(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware instant."""
    return (instant - EPOCH) // timedelta(milliseconds=1)


def from_ms(value: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(milliseconds=value)


def optional_ms(value: int | None) -> datetime | None:
    """As `from_ms`; None stays None."""
    return None if value is None else from_ms(value)


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that does nothing where a row with the same key is there already, and never aborts."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def add_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row; False if one with the same key is there already."""
    key = next(iter(table.primary_key.columns))
    statement = insert_new(connection, table).values(row).returning(key)
    return connection.execute(statement).first() is not None
