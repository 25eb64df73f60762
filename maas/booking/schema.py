"""Create every table; the journal stays as it was written."""

from __future__ import annotations

from maas.booking.tables import metadata
from storage.database import Database
from storage.schema import create_tables

__all__ = ["create_schema"]


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata, append_only=("booking_step",)))
