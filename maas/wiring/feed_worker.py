"""What the feed house does by itself in a server: the area's own feeds published, due releases let out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from maas.area.open import Area
from maas.errors import UserError
from maas.feeds import store
from maas.feeds.errors import UnknownFeed
from maas.feeds.house import House
from maas.feeds.model import SYSTEM, About
from maas.feeds.publish import Publisher
from maas.feeds.queries import QueryLog
from maas.wiring.networks import LiveNetworks, own_source

__all__ = ["FeedWorker", "publish_own"]

_log = logging.getLogger(__name__)
EVERY_S = 10.0
QUERIES_KEPT = timedelta(days=14)


def publish_own(area: Area, house: House, publisher: Publisher) -> None:
    """Publish the feeds that the area was built from, each once for each content."""
    for path in sorted((area.folder / "feeds").glob("*.zip")):
        feed_id, source = path.stem, own_source(path)
        try:
            house.require(feed_id, SYSTEM)
        except UnknownFeed:
            _create(area, house, feed_id)
        with house.database.read() as connection:
            known = {v.source for v in store.versions(connection, feed_id)}
        if source in known:
            continue
        stored = house.import_file(feed_id, path, SYSTEM, reason="the area was built", name=source)
        if not stored.new and any(r.number == stored.version.number for r in publisher.history(feed_id)):
            continue  # another process was quicker
        report = publisher.judge(feed_id, stored.version.number)
        override = f"the area's own feed, with {report.errors} errors" if report.errors else ""
        publisher.publish(
            feed_id, stored.version.number, SYSTEM, reason="the area was built", override=override
        )


def _create(area: Area, house: House, feed_id: str) -> None:
    manifest = area.manifest
    title = {lang: f"{name}" for lang, name in manifest.name.items()} or {"ja": feed_id}
    about = About(
        title=title, description=manifest.notice, publisher=title.get("ja", feed_id),
        profile="gtfs-jp-v4" if manifest.timezone == "Asia/Tokyo" else "gtfs",
    )  # fmt: skip
    house.database.run(
        lambda c: store.create_feed(
            c, feed_id, manifest.id, about, in_planner=True, now=house.clock(), actor=SYSTEM.id
        )
    )


class FeedWorker:
    """A thread; a context manager that starts and ends it."""

    def __init__(
        self, area: Area, house: House, publisher: Publisher, networks: LiveNetworks, queries: QueryLog
    ) -> None:
        self._area = area
        self._house = house
        self._publisher = publisher
        self._networks = networks
        self._queries = queries
        self.followers: list[Callable[[], None]] = []
        """Called in each round, once what is due has been published."""
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeds", daemon=True)

    def __enter__(self) -> FeedWorker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(10)

    def wake(self) -> None:
        """Look at once: something was published."""
        self._wake.set()

    def _run(self) -> None:
        self._try(lambda: publish_own(self._area, self._house, self._publisher))
        while not self._stop.is_set():
            self._try(self._round)
            self._wake.wait(EVERY_S)
            self._wake.clear()
        self._try(self._queries.flush)

    def _round(self) -> None:
        self._publisher.due()
        self._networks.watch(_log.error)
        for follow in self.followers:
            follow()
        self._queries.flush()
        self._queries.forget(self._house.clock() - QUERIES_KEPT)

    def _try(self, act) -> None:  # type: ignore[no-untyped-def]
        try:
            act()
        except UserError as error:
            _log.error("feeds: %s", error)
        except Exception:
            _log.exception("feeds: a round failed; the next one follows")
