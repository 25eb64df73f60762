"""Create every table, and the guards that keep the record of events as it was written."""

from __future__ import annotations

from sqlalchemy import Connection

from maas.feeds.tables import metadata
from storage.database import Database

__all__ = ["create_schema"]

_LOCK = 727_275
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION feed_immutable() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    *(
        f"""
        CREATE OR REPLACE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION feed_immutable()
        """
        for table in ("feed_event", "feed_version", "feed_file")
    ),
)


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction; safe to run again and from several processes."""
    database.run(_create)


def _create(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes that start together would both see no table and both create it.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        metadata.create_all(connection)
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        return
    metadata.create_all(connection)
    for table in ("feed_event", "feed_version", "feed_file"):
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE.format(table=table, verb=verb))
