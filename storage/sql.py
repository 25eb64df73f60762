"""What the two databases say differently: their own clock, a row that may be there already.

Leases and holds end by the database's clock, so that machines whose clocks differ agree when one ends.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

__all__ = ["database_now_ms", "insert_new", "put"]


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


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that does nothing where a row with the same key is there already, and never aborts."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row of `key`, or give the one that is there these values."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
