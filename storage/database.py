"""One way to open a database and one way to write to it, the same on SQLite and PostgreSQL.

SQLite runs in WAL with `synchronous=FULL` (a commit is on disk when it returns), every write transaction
starts with BEGIN IMMEDIATE, and one lock per file keeps the writers of this process in a queue, which
SQLite's own busy handler does not do fairly. PostgreSQL runs READ COMMITTED; races end in TryAgain and
`Database.run` repeats.

Measured in docs: the default SQLite driver settings oversell; see the design's decisions.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from psycopg.types.array import ListBinaryDumper
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.errors import StorageError, TryAgain

Result = TypeVar("Result")

BUSY_TIMEOUT_MS = 30_000
WRITE = "storage_write"
_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()


class Database:
    """An engine with `read()` and `write()` transactions, and `run()` that repeats a lost race.

    A call to an outside system must never be made inside `write()`: it would hold the lock for as long as the
    network likes. Nesting two writes on one thread is a programming error and says so instead of hanging.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._lock = (
            _lock_for(str(engine.url.render_as_string(hide_password=False))) if self.is_sqlite else None
        )
        self._writing = threading.local()

    @classmethod
    def open(cls, url: str, *, pool_size: int = 8) -> Database:
        """Open `sqlite:///file` or `postgresql://user@host/name` (psycopg 3)."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=pool_size * 2,
                pool_use_lifo=True,  # a connection that was just used has its plans and catalogues at hand
            )
            event.listen(engine, "connect", _postgresql_connected)
        elif parsed.get_backend_name() == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise StorageError(f"{url}: a database needs a file; write sqlite:///path/to/file.sqlite")
            engine = create_engine(parsed, pool_size=pool_size, max_overflow=pool_size * 8)
            event.listen(engine, "connect", _sqlite_connected)
            event.listen(engine, "begin", _sqlite_begin)
        else:
            raise StorageError(f"{url}: only sqlite and postgresql databases are known here")
        return cls(engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only view; nothing is committed."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: committed on leaving, rolled back on any exception."""
        if getattr(self._writing, "open", False):
            raise StorageError("a write transaction is already open on this thread; pass its connection on")
        self._writing.open = True
        try:
            if self._lock is None:
                with self._transaction() as connection:
                    yield connection
            else:
                with self._lock, self._transaction() as connection:
                    yield connection
        finally:
            self._writing.open = False

    def run(self, work: Callable[[Connection], Result], *, attempts: int = 12) -> Result:
        """Run `work` in a write transaction; repeat it from the start when a race was lost."""
        for attempt in range(1, attempts + 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except TryAgain:
                if attempt == attempts:
                    raise
                time.sleep(random.uniform(0.5, 1.5) * 0.002 * 2 ** min(attempt, 7))
        raise AssertionError("unreachable: the loop returns or raises")

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise_if_transient(error)
            raise


def raise_if_transient(error: DBAPIError) -> None:
    """Turn what a repeat would cure (deadlock, serialisation, busy file) into TryAgain."""
    state = getattr(error.orig, "sqlstate", None)
    if state in ("40001", "40P01", "55P03"):
        raise TryAgain(f"lost a race in the database ({state}); repeat the transaction") from error
    if isinstance(error, OperationalError) and "database is locked" in str(error.orig):
        raise TryAgain("another process held the SQLite file for too long; repeat the transaction") from error


def is_unique_violation(error: IntegrityError, column: str) -> bool:
    """Whether a unique constraint on `column` (as `table.column`) was what failed, on either database."""
    table, _, name = column.partition(".")
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        constraint = str(diagnostics.constraint_name or "")
        return error.orig is not None and constraint in (
            f"{table}_{name}_key",
            f"{table}_pkey",
            f"uq_{table}_{name}",
        )
    return f"UNIQUE constraint failed: {column}" in str(error.orig)


def _lock_for(url: str) -> threading.Lock:
    with _locks_guard:
        return _locks.setdefault(url, threading.Lock())


def _postgresql_connected(raw: Any, _record: Any) -> None:
    # By itself the driver sends small numbers as small types, so that one statement has many plans, and
    # writes lists as text, letter by letter.
    for dumper in (Int8BinaryDumper, Int8Dumper):
        raw.adapters.register_dumper(int, dumper)
    raw.adapters.register_dumper(list, ListBinaryDumper)


def _sqlite_connected(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # the driver must not start transactions of its own
    cursor = raw.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # or INSERT OR REPLACE would delete rows past the triggers that refuse it
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
