"""Create every table, and the guards that keep the journal as it was written."""

from __future__ import annotations

from sqlalchemy import Connection

from maas.booking.tables import metadata
from storage.database import Database

__all__ = ["create_schema"]

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS booking_step_no_{verb} BEFORE {verb} ON booking_step
BEGIN SELECT RAISE(ABORT, 'booking_step is append-only'); END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION booking_step_immutable() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'booking_step is append-only'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER booking_step_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON booking_step
    FOR EACH STATEMENT EXECUTE FUNCTION booking_step_immutable()
    """,
)


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(_create)


def _create(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727275)")
        metadata.create_all(connection)
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement)
    else:
        metadata.create_all(connection)
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE.format(verb=verb))
