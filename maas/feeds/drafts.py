"""Drafts: a feed being edited, document by document, by several clerks at once.

A draft is a base version and the documents put since; its feed is made of both whenever it is asked for.
Every document has a tag made of its content. Who changes one says which tag they saw, and is told what
differs if it is no longer that one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections import OrderedDict
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from gtfs.authoring.apply import Change, apply
from gtfs.authoring.derive import canonical, differences, document_of, keys_of
from gtfs.authoring.documents import Document, Kind, parse
from gtfs.authoring.edit import EditError
from gtfs.authoring.patterns import Patterns
from gtfs.publish.changes import changes as changes_of
from gtfs.publish.diff import diff_tables
from gtfs.publish.package import package_of
from gtfs.schedule.feed import Feed
from maas.feeds import store
from maas.feeds.draft_rows import Draft, Held, get_draft, get_row, get_rows, set_draft
from maas.feeds.errors import BadDocument, EditConflict, Refused, UnknownFeed, VersionMissing
from maas.feeds.house import Difference, House
from maas.feeds.model import Actor, Stored
from maas.feeds.tables import document as document_table
from maas.feeds.tables import draft as draft_table

__all__ = ["Draft", "Drafts", "Held"]

_KEPT = 8
_ATTEMPTS = 5


class Drafts:
    """The drafts of a house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._feeds: OrderedDict[tuple[str, int], tuple[Feed, Patterns]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, feed_id: str, actor: Actor, *, base: int | None, title: str) -> Draft:
        """Begin a draft from a version, the latest one if `base` is None (or from nothing)."""
        self._house.require(feed_id, actor)
        now, draft_id = self._house.clock(), f"dr-{secrets.token_hex(8)}"

        def work(connection: Connection) -> Draft:
            found = (
                store.latest(connection, feed_id)
                if base is None
                else store.get_version(connection, feed_id, base)
            )
            connection.execute(
                insert(draft_table).values(
                    id=draft_id, feed_id=feed_id, base_id=None if found is None else found.id, title=title,
                    state="open", revision=1, author=actor.id, created_ms=store.to_ms(now),
                    changed_ms=store.to_ms(now),
                )
            )  # fmt: skip
            store.note(connection, feed_id, "draft.opened", now=now, actor=actor.id, draft=draft_id)
            return get_draft(connection, feed_id, draft_id)

        return self._house.database.run(work)

    def all(self, feed_id: str, actor: Actor) -> list[Draft]:
        """The drafts of a feed, the latest first."""
        self._house.require(feed_id, actor)
        with self._house.database.read() as connection:
            rows = connection.execute(
                select(draft_table.c.id)
                .where(draft_table.c.feed_id == feed_id)
                .order_by(draft_table.c.created_ms.desc())
            ).scalars()
            return [get_draft(connection, feed_id, draft_id) for draft_id in list(rows)]

    def get(self, feed_id: str, draft_id: str, actor: Actor) -> Draft:
        """One draft. Raises UnknownFeed, NotYours."""
        self._house.require(feed_id, actor)
        with self._house.database.read() as connection:
            return get_draft(connection, feed_id, draft_id)

    def feed(self, draft: Draft) -> Feed:
        """The feed that the draft is at present. Raises BadDocument where the documents do not fit."""
        return self._compiled(draft)[0]

    def keys(self, draft: Draft, kind: Kind) -> list[str]:
        """What of this kind the draft holds."""
        feed, patterns = self._compiled(draft)
        keys = keys_of(feed, kind, patterns)
        with self._house.database.read() as connection:
            own = [r for r in get_rows(connection, draft.id) if r.kind is kind]
        gone = {r.key for r in own if r.content is None}
        return [k for k in dict.fromkeys([*keys, *(r.key for r in own)]) if k not in gone]

    def held(self, draft: Draft, kind: Kind, key: str) -> Held:
        """One document: the one that was put, else what the base version says. Raises UnknownFeed."""
        with self._house.database.read() as connection:
            own = get_row(connection, draft.id, kind, key)
        if own is not None and own.content is not None:
            text = canonical(parse(kind, json.loads(own.content)))
            return Held(kind, key, json.loads(text), tag_of(text), own.author)
        found = None
        if own is None:
            feed, patterns = self._compiled(draft)
            found = document_of(feed, kind, key, patterns)
        if found is None:
            raise UnknownFeed(f"the draft has no {kind} {key!r}; list them, or put it")
        text = canonical(found)
        return Held(kind, key, json.loads(text), tag_of(text), "")

    def everything(self, draft: Draft, kind: Kind) -> list[Held]:
        """All documents of a kind; what the base version says in a way that no document can is left out."""
        found = []
        for key in self.keys(draft, kind):
            try:
                found.append(self.held(draft, kind, key))
            except UnknownFeed:
                continue
        return found

    def put(
        self, draft: Draft, kind: Kind, key: str, content: Any, actor: Actor, *, if_match: str | None,
        create: bool = False,
    ) -> Held:  # fmt: skip
        """Put a document: `if_match` is the tag that was seen, `create` says that there must be none.

        Raises VersionMissing, EditConflict with what differs, BadDocument, Refused for a closed draft.
        """
        document = _parsed(kind, key, content)
        self._change(draft, kind, key, document, actor, if_match=if_match, create=create)
        return self.held(draft, kind, key)

    def remove(self, draft: Draft, kind: Kind, key: str, actor: Actor, *, if_match: str | None) -> None:
        """Take something out of the feed. Raises as `put`."""
        self._change(draft, kind, key, None, actor, if_match=if_match, create=False)

    def force(self, feed_id: str, draft_id: str, kind: Kind, key: str, content: Any, actor: Actor) -> None:
        """Put a document (None: take it out) whatever stands there: for one who edits alone."""
        draft = self.get(feed_id, draft_id, actor)
        try:
            tag: str | None = self.held(draft, kind, key).tag
        except UnknownFeed:
            tag = None
        document = None if content is None else _parsed(kind, key, content)
        self._change(draft, kind, key, document, actor, if_match=tag, create=tag is None)

    def _change(
        self, draft: Draft, kind: Kind, key: str, document: Document | None, actor: Actor, *,
        if_match: str | None, create: bool,
    ) -> None:  # fmt: skip
        if if_match is None and not create:
            raise VersionMissing(
                "send If-Match with the ETag that you read, or If-None-Match: * for something new"
            )
        for _ in range(_ATTEMPTS):
            current = self.get(draft.feed_id, draft.id, actor)
            if current.state != "open":
                raise Refused(f"the draft is {current.state}; open another one")
            self._judge(current, kind, key, document, if_match, create)
            if self._write(current, kind, key, document, actor):
                return
        raise EditConflict("others change this draft all the time; try again in a moment")

    def _judge(
        self, draft: Draft, kind: Kind, key: str, document: Document | None, if_match: str | None,
        create: bool,
    ) -> None:  # fmt: skip
        try:
            there = self.held(draft, kind, key)
        except UnknownFeed:
            if not create:
                raise
            there = None
        if there is not None and (create or there.tag != if_match):
            mine = {} if document is None else document.model_dump(mode="json")
            raise EditConflict(
                f"{kind} {key!r} is not what you read" if not create else f"{kind} {key!r} is there already",
                there.content,
                differences(mine.items(), there.content),
            )
        with self._house.database.read() as connection:
            rows = [r.change() for r in get_rows(connection, draft.id) if (r.kind, r.key) != (kind, key)]
        _applied(self._base(draft), [*rows, Change(kind, key, document)])

    def _write(self, draft: Draft, kind: Kind, key: str, document: Document | None, actor: Actor) -> bool:
        now = self._house.clock()
        text = None if document is None else canonical(document)

        def work(connection: Connection) -> bool:
            moved = connection.execute(
                update(draft_table)
                .where(
                    draft_table.c.id == draft.id,
                    draft_table.c.revision == draft.revision,
                    draft_table.c.state == "open",
                )
                .values(revision=draft.revision + 1, changed_ms=store.to_ms(now))
            )
            if moved.rowcount == 0:
                return False  # somebody was quicker: look again
            where = (
                (document_table.c.draft_id == draft.id)
                & (document_table.c.kind == kind.value)
                & (document_table.c.key == key)
            )
            last = connection.execute(select(document_table.c.version).where(where)).scalar()
            connection.execute(delete(document_table).where(where))
            connection.execute(
                insert(document_table).values(
                    draft_id=draft.id, kind=kind.value, key=key, content=text, version=(last or 0) + 1,
                    author=actor.id, changed_ms=store.to_ms(now),
                )
            )  # fmt: skip
            return True

        return self._house.database.run(work)

    def difference(self, draft: Draft) -> Difference:
        """What the draft changes against its base, for clerks and for riders."""
        before, after = self._base(draft), self.feed(draft)
        return Difference(draft.base, None, diff_tables(before, after), changes_of(before, after))

    def release(self, draft: Draft, actor: Actor, *, reason: str) -> Stored:
        """Make the draft the feed's next version. Raises Refused if the feed moved on since its base."""
        feed = self.feed(draft)
        package, now = package_of(feed), self._house.clock()

        def work(connection: Connection) -> Stored:
            store.lock_feed(connection, draft.feed_id)
            current = get_draft(connection, draft.feed_id, draft.id)
            last = store.latest(connection, draft.feed_id)
            if current.state != "open":
                raise Refused(f"the draft is {current.state}; open another one")
            if current.revision != draft.revision:
                raise EditConflict("the draft was changed while it was released; look at it and try again")
            if (last and last.number) != (draft.base and draft.base.number):
                raise Refused(
                    f"the feed has version {last.number if last else 0} since this draft began; "
                    "rebase the draft first",
                    latest=last.number if last else None,
                )
            stored = store.add_version(
                connection, draft.feed_id, package, now=now, actor=actor.id, reason=reason or draft.title,
                source=f"draft:{draft.id}",
            )  # fmt: skip
            set_draft(connection, draft, now, state="released")
            return stored

        return self._house.database.run(work)

    def rebase(self, draft: Draft, actor: Actor) -> Draft:
        """Go on from the feed's latest version. Raises BadDocument where a document no longer fits."""
        now = self._house.clock()
        with self._house.database.read() as connection:
            last = store.latest(connection, draft.feed_id)
            rows = [r.change() for r in get_rows(connection, draft.id)]
            base = Feed("empty", {}) if last is None else store.read_version(connection, last)
        _applied(base, rows)

        def work(connection: Connection) -> Draft:
            set_draft(connection, draft, now, base_id=None if last is None else last.id)
            store.note(connection, draft.feed_id, "draft.rebased", now=now, actor=actor.id, draft=draft.id)
            return get_draft(connection, draft.feed_id, draft.id)

        return self._house.database.run(work)

    def discard(self, draft: Draft, actor: Actor) -> None:
        """Give the draft up; its documents stay readable."""
        now = self._house.clock()

        def work(connection: Connection) -> None:
            set_draft(connection, draft, now, state="discarded")
            store.note(connection, draft.feed_id, "draft.discarded", now=now, actor=actor.id, draft=draft.id)

        self._house.database.run(work)

    def _base(self, draft: Draft) -> Feed:
        if draft.base is None:
            return Feed("empty", {})
        key = (draft.base.id, 0)
        with self._lock:
            if key in self._feeds:
                self._feeds.move_to_end(key)
                return self._feeds[key][0]
        with self._house.database.read() as connection:
            feed = store.read_version(connection, draft.base)
        self._keep(key, feed)
        return feed

    def _compiled(self, draft: Draft) -> tuple[Feed, Patterns]:
        key = (draft.id, draft.revision)
        with self._lock:
            if key in self._feeds:
                self._feeds.move_to_end(key)
                return self._feeds[key]
        with self._house.database.read() as connection:
            rows = [r.change() for r in get_rows(connection, draft.id)]
        return self._keep(key, _applied(self._base(draft), rows))

    def _keep(self, key: tuple[str, int], feed: Feed) -> tuple[Feed, Patterns]:
        made = (feed, Patterns(feed))
        with self._lock:
            self._feeds[key] = made
            while len(self._feeds) > _KEPT:
                self._feeds.popitem(last=False)
        return made


def tag_of(text: str) -> str:
    """The tag of a document's canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _parsed(kind: Kind, key: str, content: Any) -> Document:
    try:
        return parse(kind, content)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or kind}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()[:6]
        )
        raise BadDocument(f"{kind} {key!r}: {told}") from error


def _applied(base: Feed, changes: list[Change]) -> Feed:
    try:
        return apply(base, changes)
    except EditError as error:
        raise BadDocument(str(error)) from error
