"""The tables of this package. Instants are milliseconds since 1970 by the database's clock.

Rows of a bundle are changed only by who holds the lease of its saga, and only under its fence.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")

bundle = Table(
    "booking_bundle",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("request_key", String(120), nullable=False),  # the caller's idempotency key
    Column("digest", String(64), nullable=False),  # of what it asked for
    Column("state", String(12), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("saga", String(48), nullable=False),  # the one that is open; empty: none
    Column("body", Text, nullable=False),
    Unique("subject", "request_key", name="uq_booking_bundle_request"),
)
Index("ix_booking_bundle_subject", bundle.c.subject, bundle.c.created_ms)
part = Table(
    "booking_part",
    metadata,
    Column("bundle_id", String(40), ForeignKey("booking_bundle.id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("ref", String(200), nullable=False),  # the provider's name for it
    Column("starts_ms", BigInteger),
    Column("body", Text, nullable=False),
)
Index("ix_booking_part_ref", part.c.kind, part.c.ref)
saga = Table(
    "booking_saga",
    metadata,
    Column("id", String(48), primary_key=True),
    Column("bundle_id", String(40), ForeignKey("booking_bundle.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # book | cancel | change | settle
    Column("phase", String(12), nullable=False),
    Column("state", String(8), nullable=False),  # open | done | stuck
    Column("owner", String(40), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("wake_ms", BigInteger, nullable=False),  # nothing to do before
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)
Index("ix_booking_saga_due", saga.c.wake_ms, sqlite_where=saga.c.state == "open",
      postgresql_where=saga.c.state == "open")  # fmt: skip
Index("ix_booking_saga_stuck", saga.c.created_ms, sqlite_where=saga.c.state == "stuck",
      postgresql_where=saga.c.state == "stuck")  # fmt: skip
step = Table(
    "booking_step",  # the journal: what a saga began and how it ended; appended to, never changed
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("saga_id", String(48), nullable=False, index=True),
    Column("fence", BigInteger, nullable=False),
    Column("what", String(40), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
)
