"""A look at our own realtime every minute, added to its day."""

from __future__ import annotations

import time
from contextlib import suppress

from maas.feeds.errors import FeedHouseError
from maas.feeds.quality import Look, QualityDays
from maas.wiring.live_quality import LiveQuality

__all__ = ["Looks"]

EVERY_S = 60.0


class Looks:
    """To be called often; looks when a minute is over."""

    def __init__(self, live: LiveQuality, days: QualityDays, feed_id: str) -> None:
        self._live = live
        self._days = days
        self._feed_id = feed_id
        self._next_s = time.monotonic() + EVERY_S  # a server that has just begun has nothing to tell yet

    def __call__(self) -> None:
        """Look, if it is time."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + EVERY_S
        with suppress(FeedHouseError):  # an area of which nothing is told live
            self.look()

    def look(self) -> None:
        """Now."""
        seen = self._live.of(self._feed_id)
        self._days.add(
            self._feed_id,
            Look(
                seen.at, seen.under_way, seen.told, seen.delay_median_s, seen.oldest_s, seen.errors,
                seen.warnings,
            ),
        )  # fmt: skip
