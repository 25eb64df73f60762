"""The ledger's tables. Their guards (triggers) are in `guards_sqlite.py` and `guards_postgresql.py`.

Instants are whole microseconds since 1970 UTC: SQLite has no type for an instant, and integers compare
alike on both.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    text,
)

from payments.tables import metadata

account = Table(
    "ledger_account",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("code", String(160), nullable=False, unique=True),
    Column("currency", String(8), nullable=False),
    Column("floor_minor", BigInteger),
    Column("opened_at_us", BigInteger, nullable=False),
)

transfer = Table(
    "ledger_transfer",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("digest", String(32), nullable=False),
    Column("phase", String(8), nullable=False),
    Column("pending_id", BigInteger, ForeignKey("ledger_transfer.id")),
    Column("closes", Boolean, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("reference", String(160), nullable=False),
    Column("external_id", String(160), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    CheckConstraint("phase IN ('posted', 'pending', 'post', 'void')", name="ledger_transfer_phase"),
    CheckConstraint("(phase IN ('post', 'void')) = (pending_id IS NOT NULL)", name="ledger_transfer_parent"),
    CheckConstraint(
        "(phase = 'void' AND closes) OR phase = 'post' OR (phase IN ('posted', 'pending') AND NOT closes)",
        name="ledger_transfer_closes",
    ),
    Index(
        "ix_ledger_transfer_pending",
        "pending_id",
        sqlite_where=text("pending_id IS NOT NULL"),
        postgresql_where=text("pending_id IS NOT NULL"),
    ),
    Index(
        "ux_ledger_transfer_closed",
        "pending_id",
        unique=True,
        sqlite_where=text("closes"),
        postgresql_where=text("closes"),
    ),
    Index(
        "ix_ledger_transfer_reference",
        "reference",
        sqlite_where=text("reference <> ''"),
        postgresql_where=text("reference <> ''"),
    ),
    Index("ix_ledger_transfer_at", "at_us"),
)

posting = Table(
    "ledger_posting",
    metadata,
    Column(
        "transfer_id",
        BigInteger,
        ForeignKey("ledger_transfer.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("seq", SmallInteger, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("ledger_account.id"), nullable=False),
    Column("layer", String(8), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("part", String(80), nullable=False),
    CheckConstraint("layer IN ('posted', 'outgoing', 'incoming')", name="ledger_posting_layer"),
    CheckConstraint("amount_minor <> 0", name="ledger_posting_amount"),
    Index("ix_ledger_posting_account", "account_id", "transfer_id"),
    Index(
        "ix_ledger_posting_part", "part", sqlite_where=text("part <> ''"), postgresql_where=text("part <> ''")
    ),
    sqlite_with_rowid=False,
)

balance = Table(
    "ledger_balance",
    metadata,
    # Accounts without a floor keep a row per shard, so that writers do not queue for one busy row
    # until commit.
    Column("account_id", BigInteger, ForeignKey("ledger_account.id"), primary_key=True),
    Column("shard", SmallInteger, primary_key=True),
    Column("floor_minor", BigInteger),
    Column("posted_minor", BigInteger, nullable=False),
    Column("outgoing_minor", BigInteger, nullable=False),
    Column("incoming_minor", BigInteger, nullable=False),
    CheckConstraint(
        "floor_minor IS NULL OR posted_minor + outgoing_minor >= floor_minor", name="ledger_balance_floor"
    ),
    CheckConstraint("floor_minor IS NULL OR shard = 0", name="ledger_balance_shard"),
    sqlite_with_rowid=False,
)
