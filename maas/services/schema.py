"""Create every table, and the guards that keep the record of events as it was written."""

from __future__ import annotations

from sqlalchemy import Connection

from maas.services.sql import insert_new
from maas.services.tables import metadata, revision
from storage.database import Database

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS service_event_no_{verb} BEFORE {verb} ON service_event
BEGIN SELECT RAISE(ABORT, 'service_event is append-only'); END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION service_event_immutable() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'service_event is append-only'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER service_event_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON service_event
    FOR EACH STATEMENT EXECUTE FUNCTION service_event_immutable()
    """,
)


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(_create)


def _create(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes that start together would both see no table and both create it.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727274)")
        metadata.create_all(connection)
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement)
    else:
        metadata.create_all(connection)
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE.format(verb=verb))
    connection.execute(insert_new(connection, revision).values(id=1, number=0))
