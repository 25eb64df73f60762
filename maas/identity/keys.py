"""The provider's signing keys (ES256): one signs, the next is published already, old ones stay until unused.

A client caches our key set; a key that is published before it signs is known to everybody when it does.
Private keys lie in the database sealed under the server key.
"""

from __future__ import annotations

import json
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from maas.identity import audit
from maas.identity.provider_tables import signing_key
from maas.identity.sql import was_inserted
from maas.identity.work import Work
from storage.errors import TryAgain

__all__ = ["ALGORITHM", "key_set", "rotate", "rotate_if_old", "signing"]

ALGORITHM = "ES256"
_OTHERS = "another process rotated the keys in this moment; look at what it made"


def signing(work: Work) -> ECKey:
    """The key that signs now; the first call makes the first keys."""
    row = _active(work)
    if row is None:
        rotate(work)
        row = _active(work)
    assert row is not None, "rotate leaves an active key"
    private = json.loads(work.kit.seals.open("signing-key", row.private_sealed))
    return ECKey.import_key(private)


def key_set(work: Work) -> dict[str, list[dict[str, Any]]]:
    """Every public key that some valid token may be signed with, and the one that comes next."""
    rows = work.connection.execute(
        select(signing_key.c.public_jwk)
        .where((signing_key.c.gone_ms.is_(None)) | (signing_key.c.gone_ms > work.now_ms))
        .order_by(signing_key.c.created_ms, signing_key.c.kid)
    )
    return {"keys": [json.loads(row.public_jwk) for row in rows]}


def rotate(work: Work) -> str:
    """The next key signs from now on; its id. The old one is published until its last token has expired."""
    settings = work.kit.settings
    work.connection.execute(
        delete(signing_key).where(signing_key.c.gone_ms.is_not(None), signing_key.c.gone_ms <= work.now_ms)
    )
    longest_s = max(settings.access_s, settings.code_s) + 60  # a minute for clocks that differ
    work.connection.execute(
        update(signing_key)
        .where(signing_key.c.state == "active")
        .values(state="retired", gone_ms=work.until_ms(longest_s))
    )
    follows = (
        update(signing_key)
        .where(signing_key.c.state == "next")
        .values(state="active", active_ms=work.now_ms)
        .returning(signing_key.c.kid)
    )
    try:
        promoted = work.connection.execute(follows).first()
    except IntegrityError:  # theirs became visible between the two statements: one is active already
        raise TryAgain(_OTHERS) from None
    kid = promoted.kid if promoted is not None else _make(work, "active")
    _make(work, "next")
    audit.append(work, "key.rotated", kid)
    return str(kid)


def rotate_if_old(work: Work) -> str | None:
    """Rotate where the key has signed for longer than `key_days`; the new key's id, or None."""
    before_ms = work.now_ms - work.kit.settings.key_days * 86_400_000
    old = work.connection.execute(
        select(signing_key.c.kid).where(signing_key.c.state == "active", signing_key.c.active_ms < before_ms)
    ).first()
    return None if old is None else rotate(work)


def _active(work: Work) -> Row[Any] | None:
    return work.connection.execute(
        select(signing_key.c.private_sealed).where(signing_key.c.state == "active")
    ).first()


def _make(work: Work, state: str) -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    kid = key.kid
    assert kid is not None, "auto_kid gives the key its thumbprint"
    sealed = work.kit.seals.seal("signing-key", json.dumps(key.as_dict(private=True)).encode())
    row = {
        "kid": kid,
        "public_jwk": json.dumps(key.as_dict(private=False), sort_keys=True),
        "private_sealed": sealed,
        "state": state,
        "created_ms": work.now_ms,
        "active_ms": work.now_ms if state == "active" else None,
    }
    if not was_inserted(work.connection, signing_key, row):
        raise TryAgain(_OTHERS)
    return kid
