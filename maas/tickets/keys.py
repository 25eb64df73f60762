"""The keys that sign tickets: one signs, the next is published already, old ones stay while needed.

Published ahead, because a vehicle that fetched the key set yesterday must know the key that signs today.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, delete, select, update

from maas.identity.sealing import Seals
from maas.identity.sql import to_ms, was_inserted
from maas.tickets.errors import BadReader
from maas.tickets.tables import key
from storage.errors import TryAgain

__all__ = ["SigningKey", "active", "exists", "key_set", "public_keys", "rotate", "rotate_if_old"]

KEPT = timedelta(days=400)
"""A retired key stays published for longer than any ticket is valid."""
SIGNS = timedelta(days=90)
_LABEL = "ticket-key"
_KID_BYTES = 4


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key that signs now, and the id that tokens name it by."""

    kid: bytes
    private: Ed25519PrivateKey


def active(connection: Connection, seals: Seals, *, now: datetime) -> SigningKey:
    """The key that signs; made, with its successor, on first use."""
    row = _row(connection, "active")
    if row is None:
        _make(connection, seals, "active", now)
        _make(connection, seals, "next", now)
        row = _row(connection, "active")
        assert row is not None, "it was made in this transaction"
    raw = seals.open(_LABEL, bytes(row.private_sealed))
    return SigningKey(bytes.fromhex(row.kid), Ed25519PrivateKey.from_private_bytes(raw))


def exists(connection: Connection) -> bool:
    """Whether a key was made already."""
    return _row(connection, "active") is not None


def rotate(connection: Connection, seals: Seals, *, now: datetime) -> str:
    """The next key signs from now on; its id in hex."""
    active(connection, seals, now=now)
    connection.execute(delete(key).where(key.c.state == "retired", key.c.since_ms < to_ms(now - KEPT)))
    values = {"since_ms": to_ms(now)}
    connection.execute(update(key).where(key.c.state == "active").values(state="retired", **values))
    connection.execute(update(key).where(key.c.state == "next").values(state="active", **values))
    _make(connection, seals, "next", now)
    row = _row(connection, "active")
    assert row is not None, "there was a next one"
    return str(row.kid)


def rotate_if_old(connection: Connection, seals: Seals, *, now: datetime) -> str | None:
    """Rotate where the key has signed for longer than `SIGNS`; the new key's id, or None."""
    row = _row(connection, "active")
    return None if row is None or row.since_ms >= to_ms(now - SIGNS) else rotate(connection, seals, now=now)


def key_set(connection: Connection) -> dict[str, Any]:
    """Every public key as a JWK set (RFC 7517, RFC 8037); `kid` in hex as tokens have it."""
    rows = connection.execute(select(key.c.kid, key.c.public).order_by(key.c.since_ms, key.c.kid))
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": r.kid,
             "x": base64.urlsafe_b64encode(bytes(r.public)).rstrip(b"=").decode()}
            for r in rows
        ]
    }  # fmt: skip


def public_keys(found: Mapping[str, Any]) -> dict[bytes, Ed25519PublicKey]:
    """The keys of a key set, by id. Raises BadReader for what is none."""
    try:
        return {
            bytes.fromhex(each["kid"]): Ed25519PublicKey.from_public_bytes(
                base64.urlsafe_b64decode(each["x"] + "=" * (-len(each["x"]) % 4))
            )
            for each in found["keys"]
            if each.get("crv") == "Ed25519"
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadReader(f"the key set cannot be read ({error}); fetch it anew") from None


def _row(connection: Connection, state: str) -> Any:
    return connection.execute(select(key).where(key.c.state == state)).first()


def _make(connection: Connection, seals: Seals, state: str, now: datetime) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    row = {
        "kid": hashlib.sha256(public).digest()[:_KID_BYTES].hex(),
        "public": public,
        "private_sealed": seals.seal(_LABEL, private.private_bytes_raw()),
        "state": state,
        "since_ms": to_ms(now),
    }
    if not was_inserted(connection, key, row):
        raise TryAgain("another process made the keys in this moment; look at what it made")
