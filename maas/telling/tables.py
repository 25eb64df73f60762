"""Our key for push services, the devices that want to be told, and what they were told.

Instants are whole milliseconds since 1970 UTC; `facts` is JSON text.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from storage.database import Database
from storage.schema import create_tables

__all__ = ["create_schema", "device", "key", "news"]

metadata = MetaData()

key = Table(
    "push_key",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the private key (PKCS 8) under the server key
)
device = Table(
    "push_device",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the endpoint
    Column("endpoint", Text, nullable=False),
    Column("p256dh", String(100), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("account_id", String(60), nullable=False, index=True),
    Column("session_id", String(60), nullable=False),  # signed out: told no more
    Column("language", String(8), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
news = Table(
    "push_news",
    metadata,
    Column("bundle_id", String(60), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("mark", String(40), primary_key=True),  # tells one change from the next
    Column("account_id", String(60), nullable=False, index=True),
    Column("facts", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False),  # later nobody wants to know
    Column("next_ms", BigInteger, nullable=False),  # tried then; put off while somebody sends it
    Column("tries", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # due, told, late
    Index("ix_push_news_due", "state", "next_ms"),
)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata))
