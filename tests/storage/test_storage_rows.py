"""Many rows in one statement are the same rows on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table, Text, select
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.rows import insert_rows, update_rows

THING = Table(
    "thing",
    MetaData(),
    Column("id", String(20), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("units", BigInteger),
    Column("good", Boolean),
    Column("body", Text),
    Column("at_ms", BigInteger),
)
AWKWARD = "a\"b'c\\d{e,f}%s :x 漢字\n\tNULL"


@pytest.fixture
def database(sql_url: str) -> Database:
    made = Database.open(sql_url)
    with made.write() as connection:
        THING.create(connection)
    return made


def rows(database: Database) -> list[tuple[object, ...]]:
    t = THING.c
    with database.read() as connection:
        query = select(t.id, t.no, t.units, t.good, t.body).order_by(t.id, t.no)
        return [tuple(row) for row in connection.execute(query)]


def test_whatever_is_inserted_comes_back_with_the_databases_time(database: Database) -> None:
    made = [
        {"id": "a", "no": 1, "units": 2**40, "good": True, "body": AWKWARD},
        {"id": "a", "no": 2, "units": None, "good": None, "body": None},
        {"id": "b", "no": 1, "units": -1, "good": False, "body": ""},
    ]
    with database.write() as connection:
        insert_rows(connection, THING, made, clock="at_ms")
        insert_rows(connection, THING, [])
    assert rows(database) == [tuple(row.values()) for row in made]
    with database.read() as connection:
        assert all(ms > 1_700_000_000_000 for ms in connection.execute(select(THING.c.at_ms)).scalars())
    database.close()


def test_a_known_key_is_refused_or_skipped(database: Database) -> None:
    with database.write() as connection:
        insert_rows(connection, THING, [{"id": "a", "no": 1, "body": "first"}])
    with pytest.raises(IntegrityError), database.write() as connection:
        insert_rows(connection, THING, [{"id": "b", "no": 1, "body": "x"}, {"id": "a", "no": 1, "body": "y"}])
    with database.write() as connection:
        again = [{"id": "b", "no": 1, "body": "x"}, {"id": "a", "no": 1, "body": "y"}]
        insert_rows(connection, THING, again, skip_known=True)
    assert [(row[0], row[4]) for row in rows(database)] == [("a", "first"), ("b", "x")]
    database.close()


def test_values_are_set_and_counters_grow_by_key(database: Database) -> None:
    with database.write() as connection:
        made = [{"id": name, "no": no, "units": 10, "body": "old"} for name in "ab" for no in (1, 2)]
        insert_rows(connection, THING, [*made, {"id": "c", "no": 1, "units": None, "body": "old"}])
        changed = [
            {"id": "a", "no": 1, "units": -3, "body": AWKWARD},
            {"id": "b", "no": 2, "units": 4, "body": None},
            {"id": "c", "no": 1, "units": 4, "body": "old"},
            {"id": "nobody", "no": 1, "units": 4, "body": ""},
        ]
        update_rows(connection, THING, ["id", "no"], changed, plus=("units",))
        update_rows(connection, THING, ["id", "no"], [])
    assert [(row[0], row[1], row[2], row[4]) for row in rows(database)] == [
        ("a", 1, 7, AWKWARD), ("a", 2, 10, "old"), ("b", 1, 10, "old"), ("b", 2, 14, None),
        ("c", 1, None, "old"),
    ]  # fmt: skip
    database.close()


def test_only_null_in_a_column_is_fine(database: Database) -> None:
    with database.write() as connection:
        insert_rows(connection, THING, [{"id": "a", "no": 1, "units": None, "body": None}])
        update_rows(connection, THING, ["id"], [{"id": "a", "units": None, "body": None}])
    assert rows(database) == [("a", 1, None, None, None)]
    database.close()
