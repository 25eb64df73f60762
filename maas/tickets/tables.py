"""Tickets as issued, the keys that sign them, and what readers saw."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from storage.database import Database
from storage.schema import create_tables

__all__ = ["create_schema", "key", "ticket", "use"]

metadata = MetaData()

ticket = Table(
    "ticket",
    metadata,
    Column("id", String(16), primary_key=True),  # 8 random bytes in hex, as in the token
    Column("bundle_id", String(80), nullable=False),
    Column("part", Integer, nullable=False),
    Column("holder", String(64), nullable=False, index=True),  # an account
    Column("token", LargeBinary, nullable=False),
    Column("face", Text, nullable=False),  # JSON of what is shown beside the code
    Column("uses", Integer, nullable=False),
    Column("valid_until_ms", BigInteger, nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("reason", String(80), nullable=False, server_default=""),
    Index("ix_ticket_bundle", "bundle_id", "part"),
)
Index("ix_ticket_revoked", ticket.c.valid_until_ms, sqlite_where=ticket.c.revoked_ms.is_not(None),
      postgresql_where=ticket.c.revoked_ms.is_not(None))  # fmt: skip
key = Table(
    "ticket_key",
    metadata,
    Column("kid", String(16), primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("private_sealed", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),  # next | active | retired
    Column("since_ms", BigInteger, nullable=False),  # when it came into this state
)
Index("ix_ticket_key_one", key.c.state, unique=True, sqlite_where=key.c.state != "retired",
      postgresql_where=key.c.state != "retired")  # fmt: skip
use = Table(
    "ticket_use",
    metadata,
    Column("ticket_id", String(16), primary_key=True),
    Column("reader", String(80), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("place", String(120), nullable=False),
    Column("heard_ms", BigInteger, nullable=False),
)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata))
