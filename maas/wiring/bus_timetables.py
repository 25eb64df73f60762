"""The timetable that the buses run is the one that is published now, without a restart."""

from __future__ import annotations

import logging

from gtfs.errors import FeedError
from gtfs.realtime.apply import Timetable
from gtfs.schedule.typed import to_schedule
from maas.feeds import store
from maas.feeds.errors import UnknownFeed
from maas.feeds.publish import Publisher
from maas.wiring.live_buses import LiveBuses
from maas.wiring.networks import own_source

__all__ = ["BusTimetables"]

_log = logging.getLogger(__name__)


class BusTimetables:
    """Called after each look at what is published; gives the buses a new timetable when there is one."""

    def __init__(self, buses: LiveBuses, publisher: Publisher) -> None:
        self._buses = buses
        self._publisher = publisher
        self._own = own_source(buses.path)  # what the buses begin with
        self._now = self._own

    def __call__(self) -> None:
        """Take what is live now; a feed that cannot be read as a timetable leaves the old one in force."""
        try:
            live = self._publisher.live(self._buses.feed)
        except UnknownFeed:
            return  # nothing is published yet
        house = self._publisher.house
        with house.database.read() as connection:
            source = store.get_version(connection, live.feed_id, live.number).source
        key = self._own if source == self._own else f"{live.feed_id} {live.sha256}"
        if key == self._now:
            return
        self._now = key
        try:
            self._buses.take(Timetable(to_schedule(house.feed(live.feed_id, live.number))))
        except FeedError as error:
            _log.error("the buses keep their timetable, version %d cannot be run: %s", live.number, error)
            return
        _log.info("the buses run %s, version %d", live.feed_id, live.number)
