"""The feed house opened in the server's database."""

from __future__ import annotations

from maas.feeds.fetch import Fetcher
from maas.feeds.house import House
from maas.feeds.schema import create_schema
from maas.wiring.services import utc_now
from storage.database import Database

__all__ = ["open_house"]


def open_house(database: Database, *, private_addresses: bool = False) -> House:
    """The house over a database, its tables created where they are missing."""
    create_schema(database)
    return House(database, utc_now, Fetcher(private=private_addresses))
