"""Create every table; the record of events stays as it was written."""

from __future__ import annotations

from sqlalchemy import Connection

from maas.services.sql import insert_new
from maas.services.tables import metadata, revision
from storage.database import Database
from storage.schema import create_tables


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(_create)


def _create(connection: Connection) -> None:
    create_tables(connection, metadata, append_only=("service_event",))
    connection.execute(insert_new(connection, revision).values(id=1, number=0))
