"""The sandbox processor's own tables: a second set of books, kept apart from the ledger's on purpose."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    select,
)

from payments.tables import metadata
from storage.sql import one_of

answer = Table(
    "sandbox_answer",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("body", Text, nullable=False),
)
attempt = Table(
    "sandbox_attempt",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("count", Integer, nullable=False),
)
party = Table(
    "sandbox_party",  # customers, payees and card set-ups
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reference", String(160), nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    CheckConstraint("balance_minor >= 0", name="sandbox_party_balance"),
)
setup = Table(
    "sandbox_setup",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False),
    Column("method", String(64), nullable=False),  # empty until the payer chose a card
)
authorisation = Table(
    "sandbox_authorisation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("customer_id", String(64), nullable=False),
    Column("method", String(64), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("captured_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("currency", String(8), nullable=False),
    Column("reference", String(160), nullable=False),
    Column("destination", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("decline_code", String(40), nullable=False),
    Column("ready_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    CheckConstraint("captured_minor BETWEEN 0 AND amount_minor", name="sandbox_capture_limit"),
    CheckConstraint("refunded_minor BETWEEN 0 AND captured_minor", name="sandbox_refund_limit"),
)
movement = Table(
    "sandbox_movement",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("currency", String(8), nullable=False),
    Column("reference", String(160), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_sandbox_movement_at", "at_us"),
)
event = Table(
    "sandbox_event",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
# Built once: building a statement for every call costs more than running it.
FIND_ANSWERS = select(answer).where(one_of(answer.c.key, "keys"))
FIND_AUTHORISATION = select(authorisation).where(authorisation.c.id == bindparam("authorisation_id"))
LOCKED = (
    select(authorisation)
    .where(one_of(authorisation.c.id, "ids"))
    .order_by(authorisation.c.id)
    .with_for_update()
)
TABLES = (answer, attempt, party, setup, authorisation, movement, event)
