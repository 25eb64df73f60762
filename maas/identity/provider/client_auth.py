"""Who the client is: by a secret, by a signed assertion, or (public clients) by name alone."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from maas.identity.errors import OAuthRefusal
from maas.identity.provider.clients import Client, find
from maas.identity.provider_tables import assertion as assertion_table
from maas.identity.sealing import token_hash
from maas.identity.sql import was_inserted
from maas.identity.work import Work

__all__ = ["ASSERTION_ALGORITHMS", "ASSERTION_TYPE", "authenticate"]

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS = ("ES256", "RS256", "PS256")
LEEWAY_S = 30
ASSERTION_S_MAX = 600


def authenticate(work: Work, form: Mapping[str, str], authorization: str | None) -> Client:
    """The client that sends this. Raises OAuthRefusal `invalid_client`; `invalid_request` for two proofs."""
    header = authorization is not None and authorization.lower().startswith("basic ")
    ways = [header, "client_secret" in form, "client_assertion" in form]
    if sum(ways) > 1:
        raise OAuthRefusal("invalid_request", "two ways of client authentication at once; send one")
    if header and authorization is not None:
        return _by_secret(work, "client_secret_basic", *_basic(authorization))
    if "client_secret" in form:
        return _by_secret(work, "client_secret_post", form.get("client_id", ""), form["client_secret"])
    if "client_assertion" in form:
        return _by_assertion(work, form)
    client = find(work, form.get("client_id", ""))
    if client is None or client.auth_method != "none":
        raise _refused("no such public client; authenticate as the client was registered")
    return client


def _refused(description: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_client", description, status=401)


def _basic(authorization: str) -> tuple[str, str]:
    """RFC 6749 section 2.3.1: both halves are form-encoded before they are joined."""
    try:
        text = b64decode(authorization[6:].strip(), validate=True).decode("utf-8")
    except ValueError:
        raise _refused("the Authorization header is not valid base64") from None
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _by_secret(work: Work, method: str, client_id: str, secret: str) -> Client:
    client = find(work, client_id)
    kept = (client.secret_hash if client is not None else None) or token_hash("")
    right = hmac.compare_digest(kept, token_hash(secret))
    if client is None or client.auth_method != method or not right:
        raise _refused("unknown client, another way of authentication, or a wrong secret")
    return client


def _by_assertion(work: Work, form: Mapping[str, str]) -> Client:
    """RFC 7523 section 3: signed with the client's key, for us, short-lived, and accepted once."""
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthRefusal("invalid_request", f"client_assertion_type: write {ASSERTION_TYPE}")
    client = find(work, form.get("client_id") or _claimed_issuer(form["client_assertion"]))
    if client is None or client.auth_method != "private_key_jwt" or client.jwks is None:
        raise _refused("unknown client, or one that does not authenticate with a key")
    try:
        keys = KeySet.import_key_set(dict(client.jwks))  # type: ignore[arg-type]
        claims = jwt.decode(form["client_assertion"], keys, algorithms=list(ASSERTION_ALGORITHMS)).claims
    except (JoseError, ValueError) as error:
        raise _refused(f"client_assertion: {error}") from None
    _check_claims(work, client, claims)
    return client


def _check_claims(work: Work, client: Client, claims: Mapping[str, Any]) -> None:
    issuer = work.kit.settings.issuer
    now_s = work.now_ms // 1_000
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    expires, jti = claims.get("exp"), claims.get("jti")
    if claims.get("iss") != client.id or claims.get("sub") != client.id:
        raise _refused("client_assertion: iss and sub must be the client_id")
    if not {issuer, f"{issuer}/oidc/token"} & {each for each in named if isinstance(each, str)}:
        raise _refused(f"client_assertion: aud must be {issuer}")
    if not isinstance(expires, int) or not now_s - LEEWAY_S < expires <= now_s + ASSERTION_S_MAX:
        raise _refused(f"client_assertion: exp must lie within the next {ASSERTION_S_MAX} s")
    if not isinstance(jti, str) or not jti:
        raise _refused("client_assertion: jti is missing")
    row = {"hash": token_hash(f"{client.id} {jti}"), "expires_ms": (expires + LEEWAY_S) * 1_000}
    if not was_inserted(work.connection, assertion_table, row):
        raise _refused("client_assertion: it was used before; sign a new one each time")


def _claimed_issuer(assertion: str) -> str:
    """Whom the assertion says it is from, unverified: only to look for the key that verifies it."""
    try:
        claims = json.loads(extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        raise _refused("client_assertion: not a signed JWT") from None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""
