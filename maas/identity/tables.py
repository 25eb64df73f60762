"""The schema of the one ID: the tables of people and of the provider, and the triggers that guard them."""

from __future__ import annotations

from sqlalchemy import Connection, text

from maas.identity import provider_tables
from maas.identity.guards import statements
from maas.identity.people_tables import metadata
from storage.database import Database

__all__ = ["create_schema"]

_LOCK = 727_276  # any number that no other package takes

assert provider_tables.client.metadata is metadata, "importing them put the provider's tables in, too"


def create_schema(db: Database) -> None:
    """Create what is missing, with the triggers that guard it; run again, it does nothing."""
    db.run(_create)  # whose triggers wait for who writes already, and the other way round: one is repeated


def _create(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":  # two that start at once would both create what neither finds
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    metadata.create_all(connection)
    for statement in statements(connection.dialect.name):
        connection.execute(text(statement))
    connection.execute(
        text("INSERT INTO identity_audit_head (one, seq, digest) VALUES (1, 0, '') ON CONFLICT DO NOTHING")
    )
