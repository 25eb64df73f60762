"""The whole look ahead: bookings, last week's questions and stops, for a draft or a version."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from gtfs.schedule.feed import Feed
from maas.feeds.house import House
from maas.feeds.impact import (
    SAMPLES_MAX,
    Impact,
    broken_trips,
    lost_stops,
    same_weekday,
    slower_ways,
)
from maas.feeds.ports import LiveBookings, Networks
from maas.feeds.queries import CELL_UDEG, QueryLog

__all__ = ["Forecast"]


class Forecast:
    """Says what publishing a feed would do to people."""

    def __init__(
        self, house: House, bookings: LiveBookings, queries: QueryLog, networks: Networks, zone: ZoneInfo
    ) -> None:
        self._house = house
        self._bookings = bookings
        self._queries = queries
        self._networks = networks
        self._zone = zone

    def of(self, feed_id: str, feed: Feed, first: date | None = None) -> Impact:
        """The impact from the day `first` on (today if None). Raises BadDocument for a feed without trips."""
        now = self._house.clock()
        day = first or now.astimezone(self._zone).date()
        legs = list(self._bookings.transit_legs(feed_id, day))
        broken = broken_trips(feed, legs)
        questions = self._queries.last_week(now)
        before, after = self._networks.current(), self._networks.trial(feed_id, feed)
        week = same_weekday({q.day for q in questions}, day)
        asked, slower, faster = slower_ways(questions, before, after, week, self._zone)
        lost = lost_stops(before.served(), after.served(), before.places(), questions, CELL_UDEG / 1e6)
        return Impact(
            len(legs), tuple(broken), asked, tuple(slower[:SAMPLES_MAX]), tuple(lost[:SAMPLES_MAX]), faster
        )
