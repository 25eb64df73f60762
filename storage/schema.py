"""Tables that are there when they are needed, and rows that nobody changes once they are written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, MetaData

__all__ = ["create_tables"]

_LOCK = 727_275
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_REFUSE = """
CREATE OR REPLACE FUNCTION storage_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION storage_append_only()
"""


def create_tables(connection: Connection, metadata: MetaData, *, append_only: Sequence[str] = ()) -> None:
    """Create what is missing, in the caller's transaction; safe to run again and from several processes.

    The database itself refuses to change or delete rows of the tables that are `append_only`.
    """
    if connection.dialect.name == "postgresql":
        # Two processes that start together would both see no table and both create it.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        if append_only:
            connection.exec_driver_sql(_REFUSE)
        for table in append_only:
            connection.exec_driver_sql(_POSTGRESQL.format(table=table))
        return
    for table in append_only:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE.format(table=table, verb=verb))
