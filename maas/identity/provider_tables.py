"""The tables of the OpenID provider and of our own sign-in at a broker; they share the package's metadata."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from maas.identity.people_tables import metadata

signing_key = Table(
    "identity_signing_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("public_jwk", Text, nullable=False),
    Column("private_sealed", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),  # next -> active -> retired
    Column("created_ms", BigInteger, nullable=False),
    Column("active_ms", BigInteger),  # since when it signs
    Column("gone_ms", BigInteger),  # from when on no token signed with it can be valid
)
Index(  # one key signs, one is next: of two processes that rotate at once, one starts again
    "uq_identity_signing_key_state", signing_key.c.state, unique=True,
    sqlite_where=text("state <> 'retired'"), postgresql_where=text("state <> 'retired'"),
)  # fmt: skip
server_key = Table(
    "identity_server_key",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # so that a wrong key is told from a right one
    Column("made_here", LargeBinary),  # the key itself, where no setting gave one
)
client = Table(
    "identity_client",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("auth_method", String(24), nullable=False),
    Column("secret_hash", String(64)),
    Column("jwks", Text),
    Column("sector", String(120), nullable=False),
    Column("redirect_uris", Text, nullable=False),
    Column("logout_uris", Text, nullable=False),
    Column("grant_types", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("disabled_ms", BigInteger),
)
assertion = Table(
    "identity_assertion",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
)
grant = Table(
    "identity_grant",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("client_id", String(80), ForeignKey("identity_client.id"), nullable=False),
    Column("account_id", String(60), ForeignKey("identity_account.id"), index=True),
    Column("session_id", String(60), index=True),
    Column("scope", String(600), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("reason", String(20)),
)
code = Table(
    "identity_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("client_id", String(80), ForeignKey("identity_client.id"), nullable=False),
    Column("account_id", String(60), ForeignKey("identity_account.id"), nullable=False, index=True),
    Column("session_id", String(60), nullable=False),
    Column("redirect_uri", String(2000), nullable=False),
    Column("scope", String(600), nullable=False),
    Column("nonce", String(1000)),
    Column("challenge", String(128), nullable=False),
    Column("auth_ms", BigInteger, nullable=False),
    Column("method", String(12), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
    Column("grant_id", String(60)),
)
refresh = Table(
    "identity_refresh",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("grant_id", String(60), ForeignKey("identity_grant.id"), nullable=False, index=True),
    Column("auth_ms", BigInteger, nullable=False),
    Column("method", String(12), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)
revoked_token = Table(
    "identity_revoked_token",
    metadata,
    Column("jti", String(64), primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
)
device = Table(
    "identity_device",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_hash", String(64), nullable=False, unique=True),
    Column("client_id", String(80), ForeignKey("identity_client.id"), nullable=False),
    Column("scope", String(600), nullable=False),
    Column("account_id", String(60), ForeignKey("identity_account.id"), index=True),
    Column("session_id", String(60)),
    Column("auth_ms", BigInteger),
    Column("method", String(12)),
    Column("denied", Boolean, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("polled_ms", BigInteger),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)
broker_flow = Table(
    "identity_broker_flow",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # nonce and PKCE verifier
    Column("account_id", String(60), ForeignKey("identity_account.id"), index=True),
    Column("then", String(2000), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)
broker_subject = Table(
    "identity_broker_subject",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account_id", String(60), ForeignKey("identity_account.id"), nullable=False, index=True),
    Column("linked_ms", BigInteger, nullable=False),
)
