"""The tables of people and what belongs to them.

Instants are whole milliseconds since 1970 UTC; lists and maps are JSON text.
Every secret that somebody else holds (session, link, code, token) is kept as its SHA-256 only.
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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()
_SERIAL = BigInteger().with_variant(Integer, "sqlite")


def _account(name: str = "account_id", *, nullable: bool = False) -> Column[str]:
    return Column(name, String(60), ForeignKey("identity_account.id"), nullable=nullable, index=True)


def _hash(name: str = "hash") -> Column[str]:
    return Column(name, String(64), primary_key=True)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


account = Table(
    "identity_account",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("handle", String(64), nullable=False, unique=True),  # WebAuthn's user handle: says nothing of them
    Column("email", String(254), unique=True),
    Column("name", String(200)),
    Column("phone", String(40)),
    Column("language", String(8), nullable=False),
    _ms("created_ms"),
    Column("claimed_by", String(60), ForeignKey("identity_account.id"), index=True),
    _ms("erased_ms", nullable=True),
    CheckConstraint("kind IN ('person', 'guest', 'caller')", name="identity_account_kind"),
)
passkey = Table(
    "identity_passkey",
    metadata,
    Column("id", String(1400), primary_key=True),  # the credential id, at most 1,023 bytes, as base64url
    _account(),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", String(80), nullable=False),
    Column("backed_up", Boolean, nullable=False),
    _ms("created_ms"),
    _ms("used_ms", nullable=True),
    _ms("suspended_ms", nullable=True),
)
ceremony = Table(
    "identity_ceremony",
    metadata,
    _hash(),
    Column("purpose", String(8), nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    _account(nullable=True),
    Column("handle", String(64)),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
)
mail_link = Table(
    "identity_mail_link",
    metadata,
    _hash(),
    Column("email", String(254), nullable=False),
    _account(nullable=True),  # whose address it is to become; None: it signs in
    Column("then", String(2000), nullable=False),
    Column("language", String(8), nullable=False),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
)
session = Table(
    "identity_session",
    metadata,
    _hash(),
    Column("id", String(60), nullable=False, unique=True),
    _account(),
    Column("method", String(12), nullable=False),
    _ms("started_ms"),
    _ms("expires_ms"),
    _ms("ended_ms", nullable=True),
)
rate = Table(
    "identity_rate",
    metadata,
    Column("bucket", String(140), primary_key=True),
    Column("count", Integer, nullable=False),
    _ms("expires_ms"),
)
role = Table(
    "identity_role",
    metadata,
    Column("id", String(60), primary_key=True),
    _account(),
    Column("role", String(16), nullable=False),
    Column("organisation", String(80), nullable=False),
    _ms("granted_ms"),
    _ms("revoked_ms", nullable=True),
)
Index(
    "uq_identity_role_active", role.c.account_id, role.c.role, role.c.organisation, unique=True,
    sqlite_where=text("revoked_ms IS NULL"), postgresql_where=text("revoked_ms IS NULL"),
)  # fmt: skip
claim = Table(
    "identity_claim",
    metadata,
    _hash(),
    _account("guest_id"),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
)
proxy = Table(
    "identity_proxy",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    _account("rider_id"),
    _account("proxy_id", nullable=True),
    Column("may_book_for", Boolean, nullable=False),
    Column("may_see", Boolean, nullable=False),
    Column("label", String(80), nullable=False),
    _ms("invited_ms"),
    _ms("expires_ms"),
    _ms("accepted_ms", nullable=True),
    _ms("revoked_ms", nullable=True),
)
entitlement = Table(
    "identity_entitlement",
    metadata,
    Column("id", String(60), primary_key=True),
    _account(),
    Column("kind", String(20), nullable=False),
    Column("holds", Boolean, nullable=False),
    Column("method", String(10), nullable=False),
    _ms("proven_ms"),
    _ms("expires_ms"),
    _ms("revoked_ms", nullable=True),
)
consent = Table(
    "identity_consent",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),  # the order of acts: the last one counts
    Column("account_id", String(60), nullable=False),
    Column("act", String(8), nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("recipient", String(120), nullable=False),
    Column("data", Text, nullable=False),
    _ms("at_ms"),
    _ms("expires_ms", nullable=True),
    Column("text_version", String(20), nullable=False),
    Column("text_language", String(8), nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("actor", String(120), nullable=False),
    CheckConstraint("act IN ('grant', 'revoke')", name="identity_consent_act"),
)
Index("ix_identity_consent_matter", consent.c.account_id, consent.c.purpose, consent.c.recipient)
disclosure = Table(
    "identity_disclosure",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("account_id", String(60), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("recipient", String(120), nullable=False),
    Column("data", Text, nullable=False),
    _ms("at_ms"),
)
link = Table(
    "identity_link",
    metadata,
    Column("id", String(60), primary_key=True),
    _account(),
    Column("kind", String(20), nullable=False),
    Column("operator", String(80), nullable=False),
    Column("number_hash", String(64), nullable=False, unique=True),
    Column("label", String(80), nullable=False),
    _ms("linked_ms"),
)
pseudonym = Table(
    "identity_pseudonym",
    metadata,
    Column("pseudonym", String(60), primary_key=True),
    _account(),
    Column("month", String(7), nullable=False),
)
Index("uq_identity_pseudonym_month", pseudonym.c.account_id, pseudonym.c.month, unique=True)
trip = Table(
    "identity_trip",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("pseudonym", String(60), index=True),  # no foreign key: it may outlive whom it stood for
    Column("mode", String(20), nullable=False),
    _ms("started_ms"),
    _ms("ended_ms"),
    *(
        Column(f"{end}_{axis}_udeg", Integer, nullable=False)
        for end in ("from", "to")
        for axis in ("lat", "lon")
    ),
    Column("step", Integer, nullable=False),  # how many steps of fading it has been through
)
Index("ix_identity_trip_started", trip.c.started_ms)
audit = Table(
    "identity_audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _ms("at_ms"),
    Column("actor", String(120), nullable=False),
    Column("on_behalf_of", String(60)),
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)
audit_head = Table(
    "identity_audit_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)
erasure = Table(
    "identity_erasure",
    metadata,
    _account(),
    _ms("at_ms"),
    Column("kept", Text, nullable=False),
)
