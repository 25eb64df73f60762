"""What fare rules count and keep: rides that were charged, passes, employers' people, wishes about points."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table

from storage.database import Database
from storage.schema import create_tables

__all__ = ["corporate", "create_schema", "held_pass", "points_hold", "preference", "renewal", "ridden"]

metadata = MetaData()

ridden = Table(
    "fare_ridden",
    metadata,
    Column("key", String(120), primary_key=True),  # bundle and part
    Column("account_id", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("charged_minor", Integer, nullable=False),  # what counts for caps
    Column("subsidy_minor", Integer, nullable=False),
    Column("corporate_minor", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("pass_id", String(40), nullable=False, server_default=""),
    Index("ix_fare_ridden_of", "account_id", "day"),
)
held_pass = Table(
    "fare_pass",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("account_id", String(64), nullable=False, index=True),
    Column("request_key", String(120), nullable=False, unique=True),
    Column("product_id", String(60), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("price_minor", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # paying | active | refused | returned | ended
    Column("refund_minor", Integer, nullable=False, server_default="0"),
    Column("at_ms", BigInteger, nullable=False),
)
renewal = Table(
    "fare_renewal",
    metadata,
    Column("pass_id", String(40), primary_key=True),  # the pass that is followed by another
    Column("account_id", String(64), nullable=False, index=True),
    Column("product_id", String(60), nullable=False),
    Column("next_day", Date, nullable=False),
    Column("asked_day", Date),  # the first day that the try under way asks for
    Column("state", String(8), nullable=False),  # on | off | done | failed
    Column("tries", Integer, nullable=False),  # part of a purchase's key: never goes back
    Column("reason", String(200), nullable=False),
    Column("due_ms", BigInteger, nullable=False),
)
corporate = Table(
    "fare_corporate",
    metadata,
    Column("account_id", String(64), primary_key=True),
    Column("rule_id", String(60), nullable=False),
)
points_hold = Table(
    "fare_points_hold",
    metadata,
    Column("bundle_id", String(80), primary_key=True),
    Column("account_id", String(64), nullable=False, index=True),
    Column("points", Integer, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
preference = Table(
    "fare_preference",
    metadata,
    Column("account_id", String(64), primary_key=True),
    Column("points_per_bundle_max", Integer, nullable=False),
)


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata))
