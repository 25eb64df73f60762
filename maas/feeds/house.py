"""The feed house as edges use it: every act is one transaction at an instant, for an actor."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from gtfs.errors import FeedError
from gtfs.publish.changes import Change, changes
from gtfs.publish.diff import TableDiff, diff_tables
from gtfs.publish.package import Package, package_of, read_package, zipped
from gtfs.schedule.feed import Feed
from maas.feeds import store
from maas.feeds.errors import Unreadable
from maas.feeds.fetch import Fetcher
from maas.feeds.model import Actor, FeedRecord, Stored, Version
from maas.feeds.ports import Clock
from maas.feeds.tables import source as source_table
from storage.database import Database
from storage.sql import put

__all__ = ["Difference", "House"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two versions: rows for the clerk, changes for riders."""

    before: Version | None
    after: Version | None
    tables: list[TableDiff]
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class House:
    """Feeds in a database."""

    database: Database
    clock: Clock
    fetcher: Fetcher = field(default_factory=Fetcher)

    def require(self, feed_id: str, actor: Actor) -> FeedRecord:
        """The feed, if the actor publishes for its organisation. Raises UnknownFeed, NotYours."""
        with self.database.read() as connection:
            found = store.get_feed(connection, feed_id)
        actor.require(found.organisation)
        return found

    def import_file(
        self, feed_id: str, path: Path, actor: Actor, *, reason: str = "", name: str = "",
        encoding: str = "utf-8",
    ) -> Stored:  # fmt: skip
        """Keep a zip or folder as the next version. Raises Unreadable, UnknownFeed, NotYours."""
        self.require(feed_id, actor)
        try:
            package = read_package(path, encoding=encoding)
        except FeedError as error:
            raise Unreadable(str(error).replace(str(path), name or path.name)) from error
        if not package.feed.tables:
            raise Unreadable(f"{name or path.name} holds no table (.txt). Zip the feed's files anew")
        return self._add(feed_id, package, actor, reason, name or path.name, encoding)

    def import_feed(self, feed_id: str, feed: Feed, actor: Actor, *, reason: str, source: str) -> Stored:
        """Keep a feed that was made here as the next version."""
        self.require(feed_id, actor)
        return self._add(feed_id, package_of(feed), actor, reason, source, "utf-8")

    def import_url(
        self, feed_id: str, url: str, actor: Actor, *, reason: str = "", encoding: str = "utf-8"
    ) -> Stored | None:
        """Fetch an address and keep what it answers; None where it has not changed since the last time.

        Raises CannotFetch, Unreadable, UnknownFeed, NotYours.
        """
        self.require(feed_id, actor)
        etag, last_modified = self._seen(feed_id, url)
        with scratch() as folder:
            got = self.fetcher.fetch(url, folder / "feed.zip", etag=etag, last_modified=last_modified)
            stored = None
            if got.path is not None:
                stored = self.import_file(
                    feed_id, got.path, actor, reason=reason, name=url, encoding=encoding
                )
        self._remember(feed_id, url, got.etag or etag, got.last_modified or last_modified)
        return stored

    def _add(
        self, feed_id: str, package: Package, actor: Actor, reason: str, source: str, encoding: str
    ) -> Stored:
        now = self.clock()
        return self.database.run(
            lambda c: store.add_version(
                c, feed_id, package, now=now, actor=actor.id, reason=reason, source=source, encoding=encoding
            )
        )

    def export(self, feed_id: str, number: int) -> bytes:
        """The zip of a version: the files as they came, the same bytes every time."""
        with self.database.read() as connection:
            found = store.get_version(connection, feed_id, number)
            return zipped(store.files_of(connection, found.id))

    def feed(self, feed_id: str, number: int) -> Feed:
        """A version as tables."""
        with self.database.read() as connection:
            return store.read_version(connection, store.get_version(connection, feed_id, number))

    def difference(
        self, feed_id: str, before: int, after: int, *, from_day: date | None = None
    ) -> Difference:
        """What lies between two versions of a feed; `from_day` as in `gtfs.publish.changes`."""
        with self.database.read() as connection:
            pair = [store.get_version(connection, feed_id, n) for n in (before, after)]
            old, new = (store.read_version(connection, v) for v in pair)
        return Difference(pair[0], pair[1], diff_tables(old, new), changes(old, new, from_day))

    def _seen(self, feed_id: str, url: str) -> tuple[str, str]:
        with self.database.read() as connection:
            row = connection.execute(
                select(source_table).where(source_table.c.feed_id == feed_id, source_table.c.url == url)
            ).first()
        return ("", "") if row is None else (row.etag, row.last_modified)

    def _remember(self, feed_id: str, url: str, etag: str, last_modified: str) -> None:
        values = {
            "url": url, "etag": etag, "last_modified": last_modified, "fetched_ms": store.to_ms(self.clock())
        }  # fmt: skip
        self.database.run(lambda c: put(c, source_table, {"feed_id": feed_id}, values))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="maas-feed-") as folder:
        yield Path(folder)
