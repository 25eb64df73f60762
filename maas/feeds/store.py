"""Feeds and their versions in the database: any files in, the same files out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from gtfs.publish.facts import facts_of
from gtfs.publish.package import Package, unpacked
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_members
from maas.errors import BadRequest
from maas.feeds.errors import EditConflict, Refused, UnknownFeed
from maas.feeds.model import FEED_ID, About, Event, FeedRecord, Stored, Version
from maas.feeds.tables import blob, event, feed, file, version
from storage.sql import insert_new

__all__ = [
    "add_version", "create_feed", "events", "feeds", "files_of", "from_ms", "get_feed", "get_version",
    "latest", "lock_feed", "note", "read_version", "to_ms", "update_feed", "versions",
]  # fmt: skip


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970."""
    return round(instant.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The instant, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def create_feed(
    connection: Connection,
    feed_id: str,
    organisation: str,
    about: About,
    *,
    in_planner: bool,
    now: datetime,
    actor: str,
) -> FeedRecord:
    """A new, empty feed. Raises BadRequest for a bad id, Refused if it is taken."""
    if not re.fullmatch(FEED_ID, feed_id) or len(feed_id) > 60:
        raise BadRequest(f"id {feed_id!r}: use small letters, digits and hyphens, at most 60")
    row = {
        "id": feed_id, "organisation": organisation, "content": about.model_dump_json(),
        "in_planner": in_planner, "revision": 1, "created_ms": to_ms(now), "changed_ms": to_ms(now),
    }  # fmt: skip
    if connection.execute(insert_new(connection, feed).values(**row)).rowcount == 0:
        raise Refused(f"the id {feed_id!r} is taken; choose another, or import into that feed")
    note(connection, feed_id, "feed.created", now=now, actor=actor, organisation=organisation)
    return get_feed(connection, feed_id)


def update_feed(
    connection: Connection, feed_id: str, about: About, *, in_planner: bool, expected: int, now: datetime,
    actor: str,
) -> FeedRecord:  # fmt: skip
    """Change what is said of a feed. Raises EditConflict unless it is still at revision `expected`."""
    done = connection.execute(
        update(feed)
        .where(feed.c.id == feed_id, feed.c.revision == expected)
        .values(
            content=about.model_dump_json(), in_planner=in_planner, revision=expected + 1,
            changed_ms=to_ms(now),
        )
    )  # fmt: skip
    found = get_feed(connection, feed_id)
    if done.rowcount == 0:
        raise EditConflict(
            f"{feed_id!r} is at revision {found.revision}, you changed {expected}", found.about.model_dump()
        )
    note(connection, feed_id, "feed.changed", now=now, actor=actor)
    return found


def get_feed(connection: Connection, feed_id: str) -> FeedRecord:
    """The feed. Raises UnknownFeed."""
    row = connection.execute(select(feed).where(feed.c.id == feed_id)).first()
    if row is None:
        raise UnknownFeed(f"no feed has the id {feed_id!r}; list them at /v1/feeds")
    return _feed(row)


def feeds(connection: Connection) -> list[FeedRecord]:
    """Every feed, by id."""
    return [_feed(row) for row in connection.execute(select(feed).order_by(feed.c.id))]


def lock_feed(connection: Connection, feed_id: str) -> None:
    """Make writers of this feed take turns until the transaction ends. Raises UnknownFeed."""
    found = connection.execute(select(feed.c.id).where(feed.c.id == feed_id).with_for_update()).first()
    if found is None:
        raise UnknownFeed(f"no feed has the id {feed_id!r}; list them at /v1/feeds")


def add_version(
    connection: Connection,
    feed_id: str,
    package: Package,
    *,
    now: datetime,
    actor: str,
    reason: str = "",
    source: str = "",
    encoding: str = "utf-8",
) -> Stored:
    """Keep the files as the feed's next version; if the last one holds the same, that one is the answer."""
    lock_feed(connection, feed_id)
    last = latest(connection, feed_id)
    digest = package.digest
    if last is not None and last.digest == digest:
        return Stored(last, new=False)
    number = 1 if last is None else last.number + 1
    version_id = f"{feed_id}@{number}"
    _keep_blobs(connection, package)
    row = {
        "id": version_id, "feed_id": feed_id, "number": number, "digest": digest, "encoding": encoding,
        "created_ms": to_ms(now), "author": actor, "reason": reason, "source": source,
        "facts": json.dumps(asdict(facts_of(package.feed)), ensure_ascii=False),
    }  # fmt: skip
    connection.execute(insert(version).values(**row))
    members = [
        {"version_id": version_id, "position": k, "name": m.name, "sha256": m.sha256}
        for k, m in enumerate(package.members)
    ]
    if members:
        connection.execute(insert(file), members)
    note(connection, feed_id, "version.added", now=now, actor=actor, version=number, source=source)
    return Stored(get_version(connection, feed_id, number), new=True)


def _keep_blobs(connection: Connection, package: Package) -> None:
    wanted = {m.sha256: m for m in package.members}
    there = set(connection.execute(select(blob.c.sha256).where(blob.c.sha256.in_(list(wanted)))).scalars())
    for sha256 in sorted(wanted.keys() - there):  # one order: writers never cross
        member = wanted[sha256]
        connection.execute(
            insert_new(connection, blob).values(sha256=sha256, size=member.size, packed=member.packed)
        )


def versions(connection: Connection, feed_id: str) -> list[Version]:
    """Every version, the latest first. Raises UnknownFeed."""
    get_feed(connection, feed_id)
    rows = connection.execute(
        select(version).where(version.c.feed_id == feed_id).order_by(version.c.number.desc())
    )
    return [_version(row) for row in rows]


def latest(connection: Connection, feed_id: str) -> Version | None:
    """The latest version, None of an empty feed."""
    row = connection.execute(
        select(version).where(version.c.feed_id == feed_id).order_by(version.c.number.desc()).limit(1)
    ).first()
    return None if row is None else _version(row)


def get_version(connection: Connection, feed_id: str, number: int) -> Version:
    """One version by its number. Raises UnknownFeed."""
    row = connection.execute(
        select(version).where(version.c.feed_id == feed_id, version.c.number == number)
    ).first()
    if row is None:
        last = connection.execute(select(func.max(version.c.number)).where(version.c.feed_id == feed_id))
        count = last.scalar_one()
        hint = "it has none yet" if count is None else f"they go from 1 to {count}"
        raise UnknownFeed(f"feed {feed_id!r} has no version {number}; {hint}")
    return _version(row)


def files_of(connection: Connection, version_id: str) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each file of a version, as they came, one at a time."""
    rows = connection.execute(
        select(file.c.name, file.c.sha256).where(file.c.version_id == version_id).order_by(file.c.position)
    ).all()
    for name, sha256 in rows:
        packed = connection.execute(select(blob.c.packed).where(blob.c.sha256 == sha256)).scalar_one()
        yield name, unpacked(packed)


def read_version(connection: Connection, found: Version) -> Feed:
    """A version's files as tables of strings."""
    files = files_of(connection, found.id)
    return read_members(found.id, files, encoding=found.encoding, require=())


def note(
    connection: Connection, feed_id: str, action: str, *, now: datetime, actor: str, **detail: Any
) -> None:
    """Write down, in the same transaction, who did what."""
    connection.execute(
        insert(event).values(
            feed_id=feed_id, at_ms=to_ms(now), actor=actor, action=action,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )
    )  # fmt: skip


def events(connection: Connection, feed_id: str, count: int = 200) -> list[Event]:
    """The last things done to a feed, the latest first."""
    rows = connection.execute(
        select(event).where(event.c.feed_id == feed_id).order_by(event.c.seq.desc()).limit(count)
    )
    return [Event(r.seq, from_ms(r.at_ms), r.actor, r.action, json.loads(r.detail)) for r in rows]


def _feed(row: Row[Any]) -> FeedRecord:
    return FeedRecord(
        row.id, row.organisation, About.model_validate_json(row.content), bool(row.in_planner), row.revision,
        from_ms(row.created_ms), from_ms(row.changed_ms),
    )  # fmt: skip


def _version(row: Row[Any]) -> Version:
    return Version(
        row.id, row.feed_id, row.number, row.digest, row.encoding, from_ms(row.created_ms), row.author,
        row.reason, row.source, json.loads(row.facts),
    )  # fmt: skip
