"""The tables of this package. Instants are milliseconds since 1970, money is in whole yen.

A slot's units are always somewhere: `free + held + confirmed + used = capacity`, and the database checks
it. A slot without a capacity (a coupon without limit) has no `free`; the other three still count.
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
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER

provider = Table(
    "service_provider",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("content", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
offer = Table(
    "service_offer",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("provider_id", String(60), ForeignKey("service_provider.id"), nullable=False, index=True),
    Column("state", String(12), nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    # What a hold is made of, so that making one needs not read `content`:
    Column("price_minor", BigInteger, nullable=False),
    Column("tax_percent", Integer, nullable=False),
    Column("terms", Text, nullable=False),  # the cancellation rules, JSON
    Column("per_person_max", Integer),
    Column("book_until_ms", BigInteger, nullable=False),  # before the start
)
revision = Table(
    "service_revision",  # one row, raised with every change of an offer or provider: caches compare it
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
slot = Table(
    "service_slot",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("offer_id", String(60), ForeignKey("service_offer.id"), nullable=False),
    Column("starts_at_ms", BigInteger),  # none: a coupon without a first day
    Column("ends_at_ms", BigInteger),
    Column("closes_at_ms", BigInteger),  # bookable until then
    Column("state", String(8), nullable=False),  # open | closed
    Column("own", Boolean, nullable=False),  # changed by itself: the offer's plan leaves it alone
    Column("price_minor", BigInteger),  # of this slot; none: the offer's
    Column("capacity", Integer),
    Column("free", Integer),
    Column("held", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("used", Integer, nullable=False),  # redeemed, or booked and not come
    Column("waiting", Integer, nullable=False),  # people in the queue
    CheckConstraint("free >= 0 AND held >= 0 AND confirmed >= 0 AND used >= 0 AND waiting >= 0",
                    name="service_slot_not_negative"),
    CheckConstraint("(capacity IS NULL AND free IS NULL) OR free + held + confirmed + used = capacity",
                    name="service_slot_sum"),
)  # fmt: skip
Index("ix_service_slot_offer_start", slot.c.offer_id, slot.c.starts_at_ms)
hold = Table(
    "service_hold",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("slot_id", String(120), ForeignKey("service_slot.id"), nullable=False),
    Column("offer_id", String(60), nullable=False, index=True),
    Column("offer_version", Integer, nullable=False),
    Column("holder", String(120), nullable=False, index=True),
    Column("quantity", Integer, nullable=False),
    Column("price_minor", BigInteger, nullable=False),  # of all units, as promised
    Column("tax_percent", Integer, nullable=False),
    Column("terms", Text, nullable=False),
    Column("starts_at_ms", BigInteger),
    Column("state", String(10), nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("use_key", String(200), nullable=False),
    CheckConstraint("quantity > 0", name="service_hold_quantity"),
)
Index("ix_service_hold_expiry", hold.c.slot_id, hold.c.expires_at_ms,
      sqlite_where=hold.c.state == "held", postgresql_where=hold.c.state == "held")  # fmt: skip
quota = Table(
    "service_quota",  # units of an offer that one person has in hand or has used
    metadata,
    Column("offer_id", String(60), primary_key=True),
    Column("holder", String(120), primary_key=True),
    Column("taken", Integer, nullable=False),
    CheckConstraint("taken >= 0", name="service_quota_not_negative"),
)
waiting = Table(
    "service_waiting",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),  # the order of the queue
    Column("key", String(200), nullable=False, unique=True),
    Column("slot_id", String(120), ForeignKey("service_slot.id"), nullable=False),
    Column("holder", String(120), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("ttl_ms", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),  # waiting | offered | left | refused
)
Index("ix_service_waiting_slot", waiting.c.slot_id, waiting.c.state, waiting.c.id)
event = Table(
    "service_event",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),  # by the database's clock
    Column("subject", String(200), nullable=False, index=True),  # hold:…, slot:…, offer:…, provider:…
    Column("what", String(20), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("detail", Text, nullable=False),
)
