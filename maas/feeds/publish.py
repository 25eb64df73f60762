"""Publishing: a version becomes what everybody downloads, now or at an instant, and can be taken back.

A version with errors is not published, unless an administrator says why it must be. What was published stays
at its own address for ever; one release of a feed is live at a time, which the database itself makes sure of.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, insert, select, update

from gtfs.schedule.feed import Feed
from maas.errors import BadRequest
from maas.feeds import store
from maas.feeds.errors import NotYours, Refused, UnknownFeed
from maas.feeds.house import House
from maas.feeds.model import SYSTEM, Actor
from maas.feeds.ports import Finding, Report, Validator
from maas.feeds.tables import feed as feed_table
from maas.feeds.tables import release as release_table
from maas.feeds.tables import version as version_table

__all__ = ["Publisher", "Release"]

_COLUMNS = [c for c in release_table.c if c.name != "zip"]


@dataclass(frozen=True, slots=True)
class Release:
    """A version published, to be published, or published once. Its zip is fetched apart."""

    id: int
    feed_id: str
    number: int
    state: str  # scheduled | live | past | cancelled
    at: datetime
    author: str
    reason: str
    override: str
    sha256: str  # of the zip
    report: Report


class Publisher:
    """Publishes the feeds of a house."""

    def __init__(self, house: House, validator: Validator, zone: ZoneInfo) -> None:
        self.house = self._house = house
        self._validator = validator
        self._zone = zone

    def judge(self, feed_id: str, number: int, at: datetime | None = None) -> Report:
        """What the validator says of a version by the feed's own profile, as of the day it goes live."""
        return self.judge_feed(feed_id, self._house.feed(feed_id, number), at)

    def judge_feed(self, feed_id: str, feed: Feed, at: datetime | None = None) -> Report:
        """The same of what is no version yet, such as a draft."""
        with self._house.database.read() as connection:
            record = store.get_feed(connection, feed_id)
        day = (at or self._house.clock()).astimezone(self._zone).date()
        return self._validator.judge(feed, record.about.profile, day)

    def publish(
        self, feed_id: str, number: int, actor: Actor, *, reason: str = "", at: datetime | None = None,
        override: str = "",
    ) -> Release:  # fmt: skip
        """Publish a version, at once or `at` an instant to come.

        Raises Refused with the report if it has errors; `override` (why it is published all the same) is for
        administrators. Raises UnknownFeed, NotYours, BadRequest for an instant that is past.
        """
        self._house.require(feed_id, actor)
        now = self._house.clock()
        if at is not None and at <= now:
            raise BadRequest(f"at {at.isoformat()}: that is past; leave it out to publish at once")
        if override and not actor.administrator:
            raise NotYours("only an administrator may publish a feed that has errors")
        report = self.judge(feed_id, number, at)
        if report.errors and not override:
            raise Refused(
                f"version {number} has {report.errors} errors; mend them, or ask an administrator to publish "
                "it with a reason",
                report=asdict(report),
            )
        return self._release(feed_id, number, actor, reason, at, override, report, now)

    def _release(
        self, feed_id: str, number: int, actor: Actor, reason: str, at: datetime | None, override: str,
        report: Report, now: datetime,
    ) -> Release:  # fmt: skip
        data = self._house.export(feed_id, number)
        row = {
            "feed_id": feed_id, "version_id": f"{feed_id}@{number}", "state": "scheduled",
            "at_ms": store.to_ms(at or now), "author": actor.id, "reason": reason,
            "override": override, "zip": data, "zip_sha256": hashlib.sha256(data).hexdigest(),
            "report": json.dumps(asdict(report), ensure_ascii=False),
        }  # fmt: skip

        def work(connection: Connection) -> Release:
            store.lock_feed(connection, feed_id)
            made = connection.execute(insert(release_table).values(**row).returning(release_table.c.id))
            release_id = made.scalar_one()
            if at is None:
                _go_live(connection, feed_id, release_id)
            store.note(
                connection, feed_id, "release.scheduled" if at is not None else "release.live", now=now,
                actor=actor.id, version=number, release=release_id, reason=reason, override=override,
            )  # fmt: skip
            return _get(connection, feed_id, release_id)

        return self._house.database.run(work)

    def rollback(self, feed_id: str, actor: Actor, *, reason: str) -> Release:
        """Publish again what was live before. Raises Refused if nothing was."""
        self._house.require(feed_id, actor)
        now = self._house.clock()

        def work(connection: Connection) -> Release:
            store.lock_feed(connection, feed_id)
            live = _one(connection, feed_id, "live")
            query = _selected(feed_id).where(release_table.c.state == "past")
            if live is not None:
                query = query.where(version_table.c.number != live.number)
            query = query.order_by(release_table.c.at_ms.desc(), release_table.c.id.desc()).limit(1)
            before = connection.execute(query).first()
            if before is None:
                raise Refused("nothing was live before; publish the version you want instead")
            old = connection.execute(select(release_table).where(release_table.c.id == before.id)).one()
            row = {c.name: getattr(old, c.name) for c in release_table.c if c.name != "id"}
            row |= {"state": "scheduled", "at_ms": store.to_ms(now), "author": actor.id, "reason": reason}
            made = connection.execute(insert(release_table).values(**row).returning(release_table.c.id))
            release_id = made.scalar_one()
            _go_live(connection, feed_id, release_id)
            store.note(
                connection, feed_id, "release.rolled_back", now=now, actor=actor.id, release=release_id,
                version=before.number, reason=reason,
            )  # fmt: skip
            return _get(connection, feed_id, release_id)

        return self._house.database.run(work)

    def cancel(self, feed_id: str, release_id: int, actor: Actor) -> Release:
        """Call a scheduled release off. Raises Refused if it went live already."""
        self._house.require(feed_id, actor)
        now = self._house.clock()

        def work(connection: Connection) -> Release:
            done = connection.execute(
                update(release_table)
                .where(release_table.c.id == release_id, release_table.c.feed_id == feed_id)
                .where(release_table.c.state == "scheduled")
                .values(state="cancelled")
            )
            found = _get(connection, feed_id, release_id)
            if done.rowcount == 0:
                raise Refused(
                    f"release {release_id} is {found.state}; only a scheduled one can be called off"
                )
            store.note(connection, feed_id, "release.cancelled", now=now, actor=actor.id, release=release_id)
            return found

        return self._house.database.run(work)

    def due(self) -> list[Release]:
        """Let go live what is due; each once, whichever process looks first."""
        now = self._house.clock()

        def work(connection: Connection) -> list[Release]:
            rows = connection.execute(
                select(release_table.c.id, release_table.c.feed_id)
                .where(release_table.c.state == "scheduled", release_table.c.at_ms <= store.to_ms(now))
                .order_by(release_table.c.at_ms, release_table.c.id)
            ).all()
            gone = []
            for release_id, feed_id in rows:
                store.lock_feed(connection, feed_id)
                if _go_live(connection, feed_id, release_id):
                    store.note(
                        connection, feed_id, "release.live", now=now, actor=SYSTEM.id, release=release_id
                    )
                    gone.append(_get(connection, feed_id, release_id))
            return gone

        return self._house.database.run(work)

    def live(self, feed_id: str) -> Release:
        """What is published of a feed. Raises UnknownFeed if nothing is."""
        with self._house.database.read() as connection:
            store.get_feed(connection, feed_id)
            found = _one(connection, feed_id, "live")
        if found is None:
            raise UnknownFeed(f"nothing is published of feed {feed_id!r} yet")
        return found

    def all_live(self, *, in_planner: bool = False) -> list[Release]:
        """What is live of every feed, by feed."""
        query = _selected(None).where(release_table.c.state == "live").order_by(release_table.c.feed_id)
        if in_planner:
            query = query.join(feed_table, feed_table.c.id == release_table.c.feed_id)
            query = query.where(feed_table.c.in_planner.is_(True))
        with self._house.database.read() as connection:
            return [_of(row) for row in connection.execute(query)]

    def history(self, feed_id: str) -> list[Release]:
        """Every release of a feed, the latest first."""
        query = _selected(feed_id).order_by(release_table.c.at_ms.desc(), release_table.c.id.desc())
        with self._house.database.read() as connection:
            return [_of(row) for row in connection.execute(query)]

    def archive(self, release: Release) -> bytes:
        """The zip of a release, as it went out."""
        with self._house.database.read() as connection:
            query = select(release_table.c.zip).where(release_table.c.id == release.id)
            return bytes(connection.execute(query).scalar_one())


def _go_live(connection: Connection, feed_id: str, release_id: int) -> bool:
    """Put a scheduled release in the place of the live one; False if another was quicker."""
    is_ours = (release_table.c.id == release_id) & (release_table.c.state == "scheduled")
    if connection.execute(select(release_table.c.id).where(is_ours).with_for_update()).first() is None:
        return False
    connection.execute(
        update(release_table)
        .where(release_table.c.feed_id == feed_id, release_table.c.state == "live")
        .values(state="past")
    )
    connection.execute(update(release_table).where(is_ours).values(state="live"))
    return True


def _selected(feed_id: str | None) -> Select[Any]:
    query = select(*_COLUMNS, version_table.c.number).join(
        version_table, version_table.c.id == release_table.c.version_id
    )
    return query if feed_id is None else query.where(release_table.c.feed_id == feed_id)


def _one(connection: Connection, feed_id: str, state: str) -> Release | None:
    row = connection.execute(_selected(feed_id).where(release_table.c.state == state)).first()
    return None if row is None else _of(row)


def _get(connection: Connection, feed_id: str, release_id: int) -> Release:
    row = connection.execute(_selected(feed_id).where(release_table.c.id == release_id)).first()
    if row is None:
        raise UnknownFeed(f"feed {feed_id!r} has no release {release_id}; list its releases")
    return _of(row)


def _of(row: Row[Any]) -> Release:
    report = json.loads(row.report)
    findings = tuple(Finding(**f) for f in report.pop("findings"))
    return Release(
        row.id, row.feed_id, row.number, row.state, store.from_ms(row.at_ms), row.author, row.reason,
        row.override, row.zip_sha256, Report(**report, findings=findings),
    )  # fmt: skip
