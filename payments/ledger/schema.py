"""Create the ledger's tables and guards; safe to run again."""

from __future__ import annotations

from sqlalchemy import Connection

from payments.ledger import guards_postgresql, guards_sqlite, tables


def create_ledger(connection: Connection) -> None:
    """Create what is missing, in the caller's transaction."""
    for table in (tables.account, tables.transfer, tables.posting, tables.balance):
        table.create(connection, checkfirst=True)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS ledger_transfer_ids CACHE 64")
        statements = guards_postgresql.STATEMENTS
    else:
        statements = guards_sqlite.STATEMENTS
    for statement in statements:
        # The driver would read a bare % as a parameter mark.
        connection.exec_driver_sql(
            statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
        )
