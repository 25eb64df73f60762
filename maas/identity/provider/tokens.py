"""Access tokens (JWT, RFC 9068) and ID tokens; how they are made, and how ours are verified again.

Subjects are pairwise: each client's sector sees another one, so that two operators cannot find out that they
have the same rider. The account itself never stands in a token; our own API finds it by the grant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from maas.identity import keys
from maas.identity.errors import NotSignedIn
from maas.identity.people_tables import account
from maas.identity.provider.clients import Client
from maas.identity.provider_tables import client as client_table
from maas.identity.provider_tables import grant, revoked_token
from maas.identity.sealing import b64, new_token
from maas.identity.work import Work

__all__ = ["Verified", "access_token", "decode_ours", "id_token", "pairwise", "verify_access"]

ACCESS_TYPE = "at+jwt"


@dataclass(frozen=True, slots=True)
class Verified:
    """An access token that holds now. `account_id` is None for a machine's."""

    jti: str
    grant_id: str
    client_id: str
    organisation: str
    account_id: str | None
    scopes: frozenset[str]
    expires_ms: int
    signed_in_ms: int | None


def pairwise(work: Work, client: Client, account_id: str) -> str:
    """The subject that this client's sector knows the account by."""
    return b64(bytes.fromhex(work.kit.seals.keyed("subject", client.sector, account_id)))


def access_token(
    work: Work, client: Client, *, grant_id: str, account_id: str | None, scopes: tuple[str, ...],
    auth_ms: int | None,
) -> str:  # fmt: skip
    """A signed access token for our API."""
    now_s = work.now_ms // 1_000
    claims: dict[str, Any] = {
        "iss": work.kit.settings.issuer,
        "aud": work.kit.settings.issuer,
        "sub": client.id if account_id is None else pairwise(work, client, account_id),
        "client_id": client.id,
        "grant": grant_id,
        "iat": now_s,
        "exp": now_s + work.kit.settings.access_s,
        "jti": new_token(work.kit.random, 16),
        "scope": " ".join(scopes),
    }
    if auth_ms is not None:
        claims["auth_time"] = auth_ms // 1_000
    return _sign(work, claims, ACCESS_TYPE)


def id_token(
    work: Work, client: Client, account_id: str, *, access: str, nonce: str | None, auth_ms: int, method: str
) -> str:
    """A signed ID token: who signed in at us, when and how, for this client alone."""
    now_s = work.now_ms // 1_000
    claims: dict[str, Any] = {
        "iss": work.kit.settings.issuer,
        "aud": client.id,
        "azp": client.id,
        "sub": pairwise(work, client, account_id),
        "iat": now_s,
        "exp": now_s + work.kit.settings.access_s,
        "auth_time": auth_ms // 1_000,
        "amr": ["hwk", "user"] if method == "passkey" else [method],
        "at_hash": b64(hashlib.sha256(access.encode("ascii")).digest()[:16]),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    return _sign(work, claims, "JWT")


def verify_access(work: Work, token: str) -> Verified:
    """What the token stands for. Raises NotSignedIn where it is forged, expired, revoked or not for us."""
    claims = decode_ours(work, token, ACCESS_TYPE)
    issuer = work.kit.settings.issuer
    if claims is None or claims.get("aud") != issuer or claims["exp"] * 1_000 <= work.now_ms:
        raise NotSignedIn("the access token is not ours, not for this API, or has expired; get a new one")
    row = work.connection.execute(
        select(grant.c.account_id, grant.c.client_id, client_table.c.organisation)
        .join(client_table, client_table.c.id == grant.c.client_id)
        .outerjoin(account, account.c.id == grant.c.account_id)
        .where(
            grant.c.id == claims["grant"], grant.c.revoked_ms.is_(None), client_table.c.disabled_ms.is_(None),
            account.c.erased_ms.is_(None),
            ~select(revoked_token.c.jti).where(revoked_token.c.jti == claims["jti"]).exists(),
        )
    ).first()  # fmt: skip
    if row is None:
        raise NotSignedIn("the access token was revoked; sign in again")
    auth_s = claims.get("auth_time")
    return Verified(
        claims["jti"], claims["grant"], row.client_id, row.organisation, row.account_id,
        frozenset(claims["scope"].split()), claims["exp"] * 1_000, None if auth_s is None else auth_s * 1_000,
    )  # fmt: skip


def decode_ours(work: Work, token: str, type_: str) -> Mapping[str, Any] | None:
    """The claims of a token that one of our published keys has signed, expired or not; None for any other."""
    if len(token) > 8_000:
        return None
    try:
        known = KeySet.import_key_set(keys.key_set(work))  # type: ignore[arg-type]
        found = jwt.decode(token, known, algorithms=[keys.ALGORITHM])
    except (JoseError, ValueError):
        return None
    ours = found.header.get("typ") == type_ and found.claims.get("iss") == work.kit.settings.issuer
    return found.claims if ours else None


def _sign(work: Work, claims: dict[str, Any], type_: str) -> str:
    key = keys.signing(work)
    header = {"alg": keys.ALGORITHM, "typ": type_, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[keys.ALGORITHM])
