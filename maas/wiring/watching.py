"""What operators tell of their trips, asked for again and again and laid over the timetable.

A source that does not answer, or answers nonsense, costs nothing but itself: what it told last holds until
it is too old, then the timetable holds.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from datetime import datetime
from types import TracebackType

import httpx

from gtfs.errors import FeedError
from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.parse import parse
from maas.area.manifest import RealtimeSource
from maas.area.open import Area
from routing.timetable.live import LiveTrips, live_trips

__all__ = ["Watching"]

_TOO_OLD_S = 600
_TIMEOUT_S = 10.0
_log = logging.getLogger(__name__)


class Watching:
    """Asks every source at its pace from a thread of its own; one snapshot is swapped in for all of them."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._timetable = Timetable(area.planner.network.schedule)
        self._told: dict[str, tuple[int, LiveTrips]] = {}  # address -> instant of its message, what it said
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(source,), name=f"watching {source.url}", daemon=True)
            for source in area.manifest.realtime
        ]
        self._swap = threading.Lock()

    def __enter__(self) -> Watching:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()

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

    def take(self, source: RealtimeSource, message: bytes, now: int) -> None:
        """Lay a message of a source over the timetable. Raises FeedError if it is none."""
        feed = parse(message, source.url)
        at = feed.header.timestamp if feed.header.timestamp != NONE else now
        updates = feed.trips
        if source.prefix:
            updates = replace(
                updates,
                trip_ids=tuple(f"{source.prefix}{name}" for name in updates.trip_ids),
                stop_ids=tuple(f"{source.prefix}{name}" for name in updates.stop_ids),
            )
        applied = apply_updates(self._timetable, updates, at)
        feed.faults.merge(applied.faults)
        if feed.faults.total:
            _log.info("%s: left out %s", source.url, dict(feed.faults.counts))
        zero_s = {day: self._timetable.zero_s(day) for day in set(applied.day.tolist())}
        with self._swap:
            self._told[source.url] = (at, live_trips(applied, zero_s))
        self._forget_old(now)

    def _forget_old(self, now: int) -> None:
        with self._swap:
            self._told = {url: told for url, told in self._told.items() if now - told[0] <= _TOO_OLD_S}
            merged = LiveTrips({k: v for _, live in self._told.values() for k, v in live.changes.items()})
            network = self._area.planner.network
            today = datetime.fromtimestamp(now, network.clock.zone).date()
            network.go_live(merged if merged.changes else None, [today])
