"""The feed house opened in the server's database, joined to the area's streets and router."""

from __future__ import annotations

from dataclasses import dataclass

from maas.area.open import Area
from maas.bridges.bus_ways import BusWays
from maas.feeds.drafts import Drafts
from maas.feeds.fetch import Fetcher
from maas.feeds.house import House
from maas.feeds.ports import Streets
from maas.feeds.schema import create_schema
from maas.wiring.services import utc_now
from storage.database import Database

__all__ = ["Feeds", "open_feeds", "open_house"]


@dataclass(frozen=True, slots=True)
class Feeds:
    """What a server holds of feeds."""

    house: House
    drafts: Drafts
    streets: Streets | None


def open_house(database: Database, *, private_addresses: bool = False) -> House:
    """The house over a database, its tables created where they are missing."""
    create_schema(database)
    return House(database, utc_now, Fetcher(private=private_addresses))


def open_feeds(area: Area, database: Database) -> Feeds:
    """Everything of feeds for a server of this area."""
    house = open_house(database)
    graph = area.planner.network.graph
    return Feeds(house, Drafts(house), None if graph is None else BusWays(graph))
