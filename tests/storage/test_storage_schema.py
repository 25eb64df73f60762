"""Tables come once, and rows that are to stay as they were written do."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.schema import create_tables

METADATA = MetaData()
NOTE = Table("note", METADATA, Column("id", Integer, primary_key=True), Column("what", String(20)))
OTHER = Table("other", METADATA, Column("id", Integer, primary_key=True))


def test_processes_that_start_together_make_the_tables_once(sql_url: str) -> None:
    databases = [Database.open(sql_url) for _ in range(4)]
    failures: list[BaseException] = []

    def start(database: Database) -> None:
        try:
            database.run(lambda connection: create_tables(connection, METADATA, append_only=["note"]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(one,)) for one in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    for database in databases:
        database.close()


def test_what_is_append_only_cannot_be_changed_or_deleted(sql_url: str) -> None:
    database = Database.open(sql_url)
    for _ in range(2):
        database.run(lambda connection: create_tables(connection, METADATA, append_only=["note"]))
    with database.write() as connection:
        connection.execute(insert(NOTE).values(id=1, what="said"))
        connection.execute(insert(OTHER).values(id=1))
    changes = [update(NOTE).values(what="never said"), delete(NOTE)]
    changes += [] if database.is_sqlite else [text("TRUNCATE note")]
    for change in changes:
        with pytest.raises(DBAPIError, match="note is append-only"), database.write() as connection:
            connection.execute(change)
    with database.write() as connection:
        connection.execute(update(OTHER).values(id=2))
    with database.read() as connection:
        assert connection.execute(select(NOTE.c.what)).scalars().all() == ["said"]
        assert connection.execute(select(OTHER.c.id)).scalars().all() == [2]
    database.close()
