"""What the two databases say differently: their own clock, a row that may be there already.

Leases and holds end by the database's clock, so that machines whose clocks differ agree when one ends.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Connection, Dialect, Table, Text, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["database_now_ms", "insert_new", "one_of", "put"]


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


class _Listed(TypeDecorator[Any]):
    """A list as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, numbers: bool = False) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that the driver is given."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(BigInteger() if self.numbers else Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The value that the driver is given."""
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _OneOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_OneOf, "sqlite")
def _one_of_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(_OneOf, "postgresql")
def _one_of_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY({values})"


def one_of(column: ColumnElement[Any], name: str, *, numbers: bool = False) -> ColumnElement[bool]:
    """`column IN (...)` over a list of any length that is passed as the one parameter `name`.

    The statement's text stays the same, so that it is compiled once here and planned once by PostgreSQL.
    """
    return _OneOf(column, bindparam(name, type_=_Listed(numbers)))
