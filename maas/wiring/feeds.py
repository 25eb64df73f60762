"""The feed house opened in the server's database, joined to the area's streets, bookings and router."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.bridges.bus_ways import BusWays
from maas.feeds.drafts import Drafts
from maas.feeds.fetch import Fetcher
from maas.feeds.forecast import Forecast
from maas.feeds.house import House
from maas.feeds.notices import Notices
from maas.feeds.ports import LiveBookings, Streets
from maas.feeds.publish import Publisher
from maas.feeds.quality import QualityDays
from maas.feeds.queries import QueryLog
from maas.feeds.schema import create_schema
from maas.feeds.usage import Usage
from maas.journeys.model import JourneysRequest, JourneysView
from maas.wiring.feed_worker import FeedWorker
from maas.wiring.judge import Judge
from maas.wiring.networks import LiveNetworks
from maas.wiring.ridden import ShuttleRides
from maas.wiring.services import utc_now
from storage.database import Database

__all__ = ["Feeds", "open_feeds", "open_house", "open_publisher"]


@dataclass(frozen=True, slots=True)
class Feeds:
    """What a server holds of feeds. Entering it starts the worker, leaving it ends it."""

    house: House
    drafts: Drafts
    streets: Streets | None
    publisher: Publisher
    notices: Notices
    queries: QueryLog
    forecast: Forecast
    quality: QualityDays
    worker: FeedWorker
    usage: Usage
    area: str
    origin: str  # where browsers reach us

    def heard(self, request: JourneysRequest, answer: JourneysView) -> None:
        """Remember coarsely what was asked; a question without an answer has no places to remember."""
        if answer.journeys:
            legs = answer.journeys[0].legs
            start, end = legs[0].origin, legs[-1].destination
            at = legs[-1].arrival if request.arrive_by else legs[0].departure
            self.queries.asked((start.lat, start.lon), (end.lat, end.lon), at, arrive_by=request.arrive_by)

    def wake(self) -> None:
        """Something was published: look at once."""
        self.worker.wake()


def open_house(database: Database, *, private_addresses: bool = False) -> House:
    """The house over a database, its tables created where they are missing."""
    create_schema(database)
    return House(database, utc_now, Fetcher(private=private_addresses))


def open_publisher(house: House, zone: ZoneInfo) -> Publisher:
    """Publishes with our own validator."""
    return Publisher(house, Judge(), zone)


def open_feeds(area: Area, database: Database, *, bookings: LiveBookings, cache: Path, origin: str) -> Feeds:
    """Everything of feeds for a server of this area."""
    house, zone = open_house(database), ZoneInfo(area.manifest.timezone)
    publisher = open_publisher(house, zone)
    networks = LiveNetworks(area, publisher, cache)
    queries = QueryLog(database, zone)
    graph = area.planner.network.graph
    return Feeds(
        house, Drafts(house), None if graph is None else BusWays(graph), publisher, Notices(house), queries,
        Forecast(house, bookings, queries, networks, zone), QualityDays(database, zone),
        FeedWorker(area, house, publisher, networks, queries),
        Usage(ShuttleRides(area.shuttle, database), zone), area.manifest.id, origin,
    )  # fmt: skip
