"""What operators tell of trips, vehicles and troubles, asked for again and again, laid over the timetable.

What this server itself tells (its buses, notices of service changes) is heard the same way, without a detour.

A source that does not answer, or answers nonsense, costs nothing but itself: what it told last holds until
it is too old, then the timetable holds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType

import httpx

from gtfs.errors import FeedError
from gtfs.model.schedule import NONE
from gtfs.realtime.added import added_trips
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.avl.track import Tracks
from gtfs.realtime.model import RealtimeFeed
from gtfs.realtime.parse import parse
from gtfs.realtime.placed import Placed, places
from gtfs.realtime.prefix import prefixed
from maas.area.manifest import RealtimeSource
from maas.area.open import Area
from routing.network import Network
from routing.timetable.added import added_runs
from routing.timetable.alerts import Alerts
from routing.timetable.live import LiveTrips, live_trips, merged, with_places

__all__ = ["Watching"]

_TOO_OLD_S = 600
_TIMEOUT_S = 10.0
_OWN_EVERY_S = 15.0
Own = Callable[[], Sequence[bytes]]
"""This server's own messages."""
_log = logging.getLogger(__name__)


class Watching:
    """Asks every source at its pace from a thread of its own; one snapshot is swapped in for all of them."""

    def __init__(self, area: Area, own: Own | None = None) -> None:
        self._area = area
        self._of(area.planner.network)
        self._told: dict[str, tuple[int, LiveTrips, list[Placed]]] = {}  # address -> when, what it said
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(source,), name=f"watching {source.url}", daemon=True)
            for source in area.manifest.realtime
        ]
        if own is not None:
            self._threads.append(
                threading.Thread(target=self._listen, args=(own,), name="watching our own", daemon=True)
            )
        self._swap = threading.Lock()

    def __enter__(self) -> Watching:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:  # an interpreter that ends while one of them is in a kernel crashes
            thread.join(timeout=15)

    def _run(self, source: RealtimeSource) -> None:
        with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True) as client:
            while not self._ended.is_set():
                try:
                    answer = client.get(source.url)
                    answer.raise_for_status()
                    self.take(source, answer.content, int(time.time()))
                except (httpx.HTTPError, FeedError) as error:
                    _log.warning("%s: %s; what it told before holds for now", source.url, error)
                    self._forget_old(int(time.time()))
                self._ended.wait(source.every_s)

    def _of(self, network: Network) -> None:
        """Read the timetable that plans are made by; another one is put in when a feed is published."""
        self._network = network
        self._timetable = Timetable(network.published)
        self._tracks = Tracks(network.published)

    def _listen(self, own: Own) -> None:
        while not self._ended.is_set():
            try:
                now = int(time.time())
                for k, message in enumerate(own()):
                    self._hear(RealtimeSource(f"own:{k}"), message, now)
                self._forget_old(now)  # once for all of them: it lays everything over the day anew
            except Exception:
                _log.exception("what this server publishes could not be read back; tried again")
            self._ended.wait(_OWN_EVERY_S)

    def take(self, source: RealtimeSource, message: bytes, now: int) -> None:
        """Lay a message of a source over the timetable. Raises FeedError if it is none."""
        self._hear(source, message, now)
        self._forget_old(now)

    def _hear(self, source: RealtimeSource, message: bytes, now: int) -> None:
        feed = parse(message, source.url)
        at = feed.header.timestamp if feed.header.timestamp != NONE else now
        if source.prefix:
            feed = prefixed(feed, source.prefix)
        with self._swap:
            if self._network is not self._area.planner.network:
                self._of(self._area.planner.network)
                self._told.clear()
            self._told[source.url] = (at, *self._understood(feed, at))
        if feed.faults.total:
            _log.info("%s: left out %s", source.url, dict(feed.faults.counts))

    def _understood(self, feed: RealtimeFeed, at: int) -> tuple[LiveTrips, list[Placed]]:
        """What a message means for the timetable; what it has that is bad is counted in its faults."""
        schedule, splits = self._network.schedule, self._network.splits
        applied = apply_updates(self._timetable, feed.trips, at)
        feed.faults.merge(applied.faults)
        added = added_trips(self._timetable, feed.trips, feed.faults)
        placed = places(self._timetable, self._tracks, feed.vehicles, at, feed.faults)
        zero_s = {day: self._timetable.zero_s(day) for day in set(applied.day.tolist())}
        live = live_trips(applied, zero_s, added_runs(schedule, splits, added))
        return LiveTrips(live.changes, live.added, alerts=Alerts(feed.alerts)), placed

    def _forget_old(self, now: int) -> None:
        with self._swap:
            self._told = {url: told for url, told in self._told.items() if now - told[0] <= _TOO_OLD_S}
            network = self._area.planner.network
            live = merged(told[1] for told in self._told.values())
            # Places last: they speak where no source's update does.
            live = with_places(
                live, network.published, [p for *_, placed in self._told.values() for p in placed]
            )
            today = datetime.fromtimestamp(now, network.clock.zone).date()
            network.go_live(None if live.silent else live, [today])
