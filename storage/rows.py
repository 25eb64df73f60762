"""Many rows in one statement: arrays on PostgreSQL, planned and run once; the driver's loop on SQLite.

The statements are built once for each table and set of columns and then found again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Executable,
    Integer,
    SmallInteger,
    String,
    Table,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from storage.sql import database_now_ms

__all__ = ["insert_rows", "update_rows"]

Row = Mapping[str, Any]


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], *, clock: str = "", skip_known: bool = False
) -> None:
    """Insert rows, which all name the same columns, in their order.

    `clock` is a column that gets the database's milliseconds; `skip_known` leaves out rows whose key is
    there already. Raises IntegrityError where one cannot be.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_insert_arrays(table, names, clock, skip_known), _arrays(rows, names))
    else:
        connection.execute(_insert_each(table, clock, skip_known), list(rows))


def update_rows(
    connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Row], *, plus: Sequence[str] = ()
) -> None:
    """Give each row, found by its `key` columns, the other values that it names.

    Columns in `plus` grow by the value. No key may be there twice: PostgreSQL would use only one of them.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_update_arrays(table, tuple(key), names, tuple(plus)), _arrays(rows, names))
    else:
        named = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(_update_each(table, tuple(key), names, tuple(plus)), named)


def _arrays(rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[Any]]:
    return {f"new_{name}": [row[name] for row in rows] for name in names}


def _listed(table: Table, names: Sequence[str]) -> Any:
    """The rows that the parameters bring, as something to select from."""
    arrays = [bindparam(f"new_{name}", type_=_array(table.c[name].type)) for name in names]
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()


def _array(kind: TypeEngine[Any]) -> postgresql.ARRAY[Any]:
    """An array type of which the driver always makes the same parameter, so that a plan is kept."""
    if isinstance(kind, Boolean):
        return postgresql.ARRAY(Boolean())
    if isinstance(kind, String):
        return postgresql.ARRAY(postgresql.TEXT())
    if isinstance(kind, Integer | SmallInteger):
        return postgresql.ARRAY(postgresql.BIGINT())
    raise TypeError(f"no rows of {kind!r} are written here; add it to storage.rows")


@lru_cache(maxsize=256)
def _insert_arrays(table: Table, names: tuple[str, ...], clock: str, skip_known: bool) -> Executable:
    new = _listed(table, names)
    columns = [new.c[name] for name in names]
    if clock:
        names, columns = (*names, clock), [*columns, database_now_ms()]
    made = postgresql.insert(table).from_select(list(names), select(*columns), include_defaults=False)
    return made.on_conflict_do_nothing() if skip_known else made


@lru_cache(maxsize=256)
def _insert_each(table: Table, clock: str, skip_known: bool) -> Executable:
    made = sqlite.insert(table).values({clock: database_now_ms()}) if clock else sqlite.insert(table)
    return made.on_conflict_do_nothing() if skip_known else made


@lru_cache(maxsize=256)
def _update_arrays(
    table: Table, key: tuple[str, ...], names: tuple[str, ...], plus: tuple[str, ...]
) -> Executable:
    new = _listed(table, names)
    values = {n: table.c[n] + new.c[n] if n in plus else new.c[n] for n in names if n not in key}
    return update(table).where(*(table.c[name] == new.c[name] for name in key)).values(values)


@lru_cache(maxsize=256)
def _update_each(
    table: Table, key: tuple[str, ...], names: tuple[str, ...], plus: tuple[str, ...]
) -> Executable:
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    values = {n: table.c[n] + new[n] if n in plus else new[n] for n in names if n not in key}
    return update(table).where(*(table.c[name] == new[name] for name in key)).values(values)
