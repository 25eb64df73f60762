"""Registered clients: apps of operators and shops, kiosks and TV boxes, machines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import Row, insert, select, update

from maas.identity import audit
from maas.identity.errors import BadIdentityInput, NothingThere
from maas.identity.provider import scopes as scope_rules
from maas.identity.provider_tables import client as client_table
from maas.identity.provider_tables import grant
from maas.identity.sealing import new_id, new_token, token_hash
from maas.identity.work import Work

__all__ = [
    "AUTH_METHODS", "CODE", "CREDENTIALS", "DEVICE", "GRANT_TYPES", "REFRESH", "Client", "NewClient",
    "Registered", "disable", "find", "list_clients", "recipient_of", "register",
]  # fmt: skip

CODE = "authorization_code"
REFRESH = "refresh_token"
CREDENTIALS = "client_credentials"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES = (CODE, REFRESH, CREDENTIALS, DEVICE)
AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post", "private_key_jwt")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ID = re.compile(r"[A-Za-z0-9._~-]{1,80}")


@dataclass(frozen=True, slots=True)
class NewClient:
    """What an administrator registers. `sector` joins the apps of one operator under one pairwise subject."""

    name: str
    organisation: str
    auth_method: str
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    logout_uris: tuple[str, ...] = ()
    jwks: Mapping[str, Any] | None = None
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A client that is not disabled."""

    id: str
    name: str
    organisation: str
    auth_method: str
    secret_hash: str | None
    jwks: Mapping[str, Any] | None
    sector: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def recipient(self) -> str:
        """How the consent ledger calls it."""
        return recipient_of(self.id)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new client and its secret, which is shown once; None for those without."""

    client: Client
    secret: str | None


def recipient_of(client_id: str) -> str:
    """How the consent ledger calls a client."""
    return f"client:{client_id}"


def register(work: Work, new: NewClient, *, client_id: str | None = None) -> Registered:
    """Register a client. Raises BadIdentityInput that names the field."""
    _check(new)
    made = client_id or new_id(work.kit.random, "cli")
    secret = new_token(work.kit.random) if new.auth_method.startswith("client_secret") else None
    work.connection.execute(
        insert(client_table).values(
            id=made, name=new.name, organisation=new.organisation, auth_method=new.auth_method,
            secret_hash=None if secret is None else token_hash(secret),
            jwks=None if new.jwks is None else json.dumps(dict(new.jwks)),
            sector=new.sector or made, redirect_uris=json.dumps(new.redirect_uris),
            logout_uris=json.dumps(new.logout_uris), grant_types=json.dumps(new.grant_types),
            scopes=json.dumps(new.scopes), created_ms=work.now_ms,
        )
    )  # fmt: skip
    audit.append(work, "client.registered", made, organisation=new.organisation, scopes=list(new.scopes))
    found = find(work, made)
    assert found is not None, "it was inserted above"
    return Registered(found, secret)


def find(work: Work, client_id: str) -> Client | None:
    """A client that is registered and not disabled; None for what cannot be an id, too."""
    if _ID.fullmatch(client_id) is None:
        return None
    row = work.connection.execute(
        select(client_table).where(client_table.c.id == client_id, client_table.c.disabled_ms.is_(None))
    ).first()
    return None if row is None else _client(row)


def list_clients(work: Work) -> list[Client]:
    """Every client that is not disabled, by name."""
    rows = work.connection.execute(
        select(client_table)
        .where(client_table.c.disabled_ms.is_(None))
        .order_by(client_table.c.name, client_table.c.id)
    )
    return [_client(row) for row in rows]


def disable(work: Work, client_id: str) -> None:
    """Take a client and every token it holds out of use. Raises NothingThere."""
    done = work.connection.execute(
        update(client_table)
        .where(client_table.c.id == client_id, client_table.c.disabled_ms.is_(None))
        .values(disabled_ms=work.now_ms)
    )
    if done.rowcount != 1:
        raise NothingThere(f"no client has the id {client_id!r}")
    work.connection.execute(
        update(grant)
        .where(grant.c.client_id == client_id, grant.c.revoked_ms.is_(None))
        .values(revoked_ms=work.now_ms, reason="disabled")
    )
    audit.append(work, "client.disabled", client_id)


def _check(new: NewClient) -> None:
    if new.auth_method not in AUTH_METHODS:
        raise BadIdentityInput(f"auth_method: {new.auth_method!r}; choose one of {', '.join(AUTH_METHODS)}")
    unknown = sorted(set(new.grant_types) - set(GRANT_TYPES))
    if unknown or not new.grant_types:
        raise BadIdentityInput(f"grant_types: {unknown or 'empty'}; choose of {', '.join(GRANT_TYPES)}")
    if new.auth_method == "none" and CREDENTIALS in new.grant_types:
        raise BadIdentityInput("auth_method: a machine without a secret is nobody; give it one, or a key")
    if (CODE in new.grant_types) != bool(new.redirect_uris):
        raise BadIdentityInput("redirect_uris: give them with authorization_code, and only then")
    scope_rules.check(new.scopes)
    for field, uris in (("redirect_uris", new.redirect_uris), ("logout_uris", new.logout_uris)):
        for uri in uris:
            _check_uri(field, uri)
    _check_jwks(new)


def _check_uri(field: str, uri: str) -> None:
    """https, http on this machine, or a private scheme with a dot (RFC 8252, 7.1); never a fragment."""
    if not uri.isascii() or any(letter <= " " or letter == "\x7f" for letter in uri):
        raise BadIdentityInput(
            f"{field}: {uri!r} has spaces or letters beyond ASCII; write them percent-encoded"
        )
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        raise BadIdentityInput(f"{field}: {uri!r} is not a URI") from None
    private = "." in parts.scheme and parts.scheme not in ("https", "http")
    fits = (parts.scheme == "https" and host) or (parts.scheme == "http" and host in _LOOPBACK) or private
    if not fits or parts.fragment or len(uri) > 2_000:
        raise BadIdentityInput(
            f"{field}: {uri!r}; write https://…, http://localhost…, or a scheme of yours, jp.example.app:/…"
        )


def _check_jwks(new: NewClient) -> None:
    if (new.auth_method == "private_key_jwt") != (new.jwks is not None):
        raise BadIdentityInput("jwks: give the public keys with private_key_jwt, and only then")
    if new.jwks is None:
        return
    try:
        keys = KeySet.import_key_set(dict(new.jwks)).keys  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadIdentityInput(f"jwks: not a JSON Web Key Set: {error}") from None
    if not keys or any(key.is_private or key.key_type == "oct" for key in keys):
        raise BadIdentityInput("jwks: give public keys (EC or RSA), and keep the private ones to yourself")


def _client(row: Row[Any]) -> Client:
    return Client(
        row.id, row.name, row.organisation, row.auth_method, row.secret_hash,
        None if row.jwks is None else json.loads(row.jwks), row.sector, tuple(json.loads(row.redirect_uris)),
        tuple(json.loads(row.logout_uris)), tuple(json.loads(row.grant_types)), tuple(json.loads(row.scopes)),
    )  # fmt: skip
