"""Create every table of this package, with its guards; safe to run again."""

from __future__ import annotations

from sqlalchemy import Connection

from payments.adapters import sandbox_tables, sql
from payments.ledger.schema import create_ledger
from storage.database import Database


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction."""
    database.run(_create)


def _create(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes that start together would both see no table and both create it.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727275)")
    create_ledger(connection)
    for table in (*sql.TABLES, *sandbox_tables.TABLES):
        table.create(connection, checkfirst=True)
