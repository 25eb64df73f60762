"""Payers, the cards they saved, and the savings that are under way."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, String, Table

from storage.database import Database
from storage.schema import create_tables

__all__ = ["create_schema", "method", "payer", "setup"]

metadata = MetaData()

payer = Table(
    "payer",
    metadata,
    Column("account_id", String(64), primary_key=True),
    Column("processor", String(40), primary_key=True),
    Column("reference", String(64), nullable=False),  # the pseudonym that the processor knows
    Column("customer_id", String(80), nullable=False),
)
setup = Table(
    "payer_setup",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("account_id", String(64), nullable=False, index=True),
    Column("processor_id", String(80), nullable=False, unique=True),
    Column("url", String(400), nullable=False),
    Column("client_secret", String(400), nullable=False),
    Column("go_to", String(2000), nullable=False),  # page of ours to return to
    Column("method_id", String(40)),  # once a card was saved
    Column("at_ms", BigInteger, nullable=False),
)
method = Table(
    "payer_method",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("processor", String(40), nullable=False),
    Column("token", String(80), nullable=False),
    Column("brand", String(40), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("expires", String(7), nullable=False),
    Column("preferred", Boolean, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("ix_payer_method_of", "account_id", "processor"),
)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata))
