"""Notices of service changes ahead of time: what will be different, where and from when."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Row, delete, insert, select, update

from maas.feeds import store
from maas.feeds.errors import BadDocument, EditConflict, UnknownFeed
from maas.feeds.house import House
from maas.feeds.model import Actor
from maas.feeds.tables import notice as notice_table

__all__ = ["Notice", "NoticeContent", "Notices"]


class NoticeContent(BaseModel):
    """A notice; the words of effect and cause are those of GTFS-Realtime's alerts."""

    model_config = ConfigDict(extra="forbid")

    header: dict[str, str] = Field(description="language -> one line; ja at least", min_length=1)
    text: dict[str, str] = Field(default={}, description="language -> the whole of it")
    effect: Literal[
        "NO_SERVICE", "REDUCED_SERVICE", "SIGNIFICANT_DELAYS", "DETOUR", "ADDITIONAL_SERVICE",
        "MODIFIED_SERVICE", "STOP_MOVED", "OTHER_EFFECT",
    ] = "MODIFIED_SERVICE"  # fmt: skip
    cause: Literal[
        "OTHER_CAUSE", "CONSTRUCTION", "HOLIDAY", "WEATHER", "STRIKE", "DEMONSTRATION", "MAINTENANCE",
        "MEDICAL_EMERGENCY", "POLICE_ACTIVITY", "TECHNICAL_PROBLEM", "ACCIDENT",
    ] = "OTHER_CAUSE"  # fmt: skip
    shown_from: AwareDatetime | None = Field(default=None, description="at once if left out")
    active_from: AwareDatetime
    active_until: AwareDatetime | None = None
    routes: list[str] = Field(default=[], max_length=200)
    stops: list[str] = Field(default=[], max_length=500)
    trips: list[str] = Field(default=[], max_length=500)
    url: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _in_order(self) -> NoticeContent:
        if self.active_until is not None and self.active_until <= self.active_from:
            raise ValueError("active_until must come after active_from")
        return self


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it stands."""

    id: str
    feed_id: str
    content: NoticeContent
    version: int
    author: str


class Notices:
    """The notices of a house's feeds."""

    def __init__(self, house: House) -> None:
        self._house = house

    def all(self, feed_id: str) -> list[Notice]:
        """Every notice of a feed, by when it begins."""
        with self._house.database.read() as connection:
            rows = connection.execute(
                select(notice_table)
                .where(notice_table.c.feed_id == feed_id)
                .order_by(notice_table.c.from_ms, notice_table.c.id)
            )
            return [_of(row) for row in rows]

    def shown(self, feed_id: str, now: datetime) -> list[Notice]:
        """What riders are told now: begun or announced, and not over."""
        return [
            n
            for n in self.all(feed_id)
            if (n.content.shown_from is None or n.content.shown_from <= now)
            and (n.content.active_until is None or n.content.active_until > now)
        ]

    def add(self, feed_id: str, content: NoticeContent, actor: Actor, notice_id: str = "") -> Notice:
        """Announce something, once where the caller names it: what has that id already stands as it is.

        Raises BadDocument for a line or stop that the published feed does not have.
        """
        self._house.require(feed_id, actor)
        self._check(feed_id, content)
        now, notice_id = self._house.clock(), notice_id or f"no-{secrets.token_hex(8)}"

        def work(connection: Any) -> Notice:
            there = connection.execute(select(notice_table).where(notice_table.c.id == notice_id)).first()
            if there is not None:
                return _of(there)
            connection.execute(
                insert(notice_table).values(
                    id=notice_id, feed_id=feed_id, version=1, author=actor.id, **_row(content, now)
                )
            )
            store.note(connection, feed_id, "notice.added", now=now, actor=actor.id, notice=notice_id)
            return _of(connection.execute(select(notice_table).where(notice_table.c.id == notice_id)).one())

        return self._house.database.run(work)

    def put(
        self, feed_id: str, notice_id: str, content: NoticeContent, actor: Actor, *, expected: int
    ) -> Notice:
        """Change a notice. Raises EditConflict unless it is still at version `expected`."""
        self._house.require(feed_id, actor)
        self._check(feed_id, content)
        now = self._house.clock()
        is_it = (notice_table.c.id == notice_id) & (notice_table.c.feed_id == feed_id)

        def work(connection: Any) -> Notice:
            done = connection.execute(
                update(notice_table)
                .where(is_it, notice_table.c.version == expected)
                .values(version=expected + 1, author=actor.id, **_row(content, now))
            )
            row = connection.execute(select(notice_table).where(is_it)).first()
            if row is None:
                raise UnknownFeed(f"feed {feed_id!r} has no notice {notice_id!r}")
            found = _of(row)
            if done.rowcount == 0:
                raise EditConflict(
                    f"the notice is at version {found.version}, you changed {expected}",
                    found.content.model_dump(mode="json"),
                )
            store.note(connection, feed_id, "notice.changed", now=now, actor=actor.id, notice=notice_id)
            return found

        return self._house.database.run(work)

    def remove(self, feed_id: str, notice_id: str, actor: Actor) -> None:
        """Take a notice back."""
        self._house.require(feed_id, actor)
        now = self._house.clock()

        def work(connection: Any) -> None:
            is_it = (notice_table.c.id == notice_id) & (notice_table.c.feed_id == feed_id)
            if connection.execute(delete(notice_table).where(is_it)).rowcount == 0:
                raise UnknownFeed(f"feed {feed_id!r} has no notice {notice_id!r}")
            store.note(connection, feed_id, "notice.removed", now=now, actor=actor.id, notice=notice_id)

        self._house.database.run(work)

    def _check(self, feed_id: str, content: NoticeContent) -> None:
        with self._house.database.read() as connection:
            last = store.latest(connection, feed_id)
            feed = None if last is None else store.read_version(connection, last)
        for name, stem, column in (
            ("routes", "routes", "route_id"), ("stops", "stops", "stop_id"), ("trips", "trips", "trip_id"),
        ):  # fmt: skip
            table = None if feed is None else feed.table(stem)
            known = set() if table is None or column not in table.columns else set(table[column].to_list())
            missing = [one for one in getattr(content, name) if one not in known]
            if missing:
                raise BadDocument(
                    f"{name}: the feed has no {missing[0]!r}; use the ids of its latest version"
                )


def _row(content: NoticeContent, now: datetime) -> dict[str, Any]:
    until = content.active_until
    return {
        "content": content.model_dump_json(), "from_ms": store.to_ms(content.active_from),
        "until_ms": None if until is None else store.to_ms(until), "changed_ms": store.to_ms(now),
    }  # fmt: skip


def _of(row: Row[Any]) -> Notice:
    content = NoticeContent.model_validate(json.loads(row.content))
    return Notice(row.id, row.feed_id, content, row.version, row.author)
