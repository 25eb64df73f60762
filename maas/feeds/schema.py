"""Create every table; events, versions and their files stay as they were written."""

from __future__ import annotations

from maas.feeds.tables import metadata
from storage.database import Database
from storage.schema import create_tables

__all__ = ["create_schema"]

_APPEND_ONLY = ("feed_event", "feed_version", "feed_file")


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata, append_only=_APPEND_ONLY))
