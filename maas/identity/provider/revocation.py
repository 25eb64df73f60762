"""Revocation (RFC 7009): a refresh token takes its whole grant with it, an access token only itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from maas.identity import audit
from maas.identity.errors import OAuthRefusal
from maas.identity.provider import grants, tokens
from maas.identity.provider.client_auth import authenticate
from maas.identity.provider_tables import grant, refresh, revoked_token
from maas.identity.sealing import token_hash
from maas.identity.sql import was_inserted
from maas.identity.work import Work

__all__ = ["revoke"]


def revoke(work: Work, form: Mapping[str, str], authorization: str | None) -> None:
    """Revoke the client's token; an unknown one is no error. Raises OAuthRefusal."""
    client = authenticate(work, form, authorization)
    token = form.get("token", "")
    if not token:
        raise OAuthRefusal("invalid_request", "token: missing")
    found = work.connection.execute(
        select(grant.c.id)
        .join(refresh, refresh.c.grant_id == grant.c.id)
        .where(refresh.c.hash == token_hash(token), grant.c.client_id == client.id)
    ).first()
    if found is not None:
        grants.revoke(work, found.id, "client")
        return
    claims = tokens.decode_ours(work, token, tokens.ACCESS_TYPE)
    if claims is None or claims["client_id"] != client.id:
        return
    row = {"jti": claims["jti"], "expires_ms": claims["exp"] * 1_000}
    if not was_inserted(work.connection, revoked_token, row):
        return
    audit.append(work, "token.revoked", client.recipient, grant=claims["grant"])
