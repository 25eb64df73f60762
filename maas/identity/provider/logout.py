"""Logout that an app begins (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from maas.identity import sessions
from maas.identity.errors import OAuthRefusal
from maas.identity.provider import clients, grants, scopes, tokens
from maas.identity.provider.clients import Client
from maas.identity.provider_tables import grant
from maas.identity.sessions import Session
from maas.identity.work import Work

__all__ = ["LogoutRequest", "end", "parse"]


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Where to go afterwards (None: stay with us), and whether the session is certainly the app's own."""

    then: str | None
    certain: bool


def parse(work: Work, params: Mapping[str, str], session: Session | None) -> LogoutRequest:
    """Check the request. Raises OAuthRefusal for a page to go to that the app has not registered."""
    hint = tokens.decode_ours(work, params["id_token_hint"], "JWT") if "id_token_hint" in params else None
    named = params.get("client_id") or (str(hint["aud"]) if hint is not None else "")
    client = clients.find(work, named)
    if hint is not None and hint["aud"] != named:
        raise OAuthRefusal("invalid_request", "id_token_hint: it was given to another client")
    certain = (
        hint is not None
        and client is not None
        and session is not None
        and hint["sub"] == tokens.pairwise(work, client, session.account_id)
    )
    return LogoutRequest(_then(params, client), certain)


def end(work: Work, session: Session) -> None:
    """Sign the browser out, and end what apps got in this session, except for offline access."""
    rows = work.connection.execute(
        select(grant.c.id, grant.c.scope).where(
            grant.c.session_id == session.id, grant.c.revoked_ms.is_(None), grant.c.expires_ms > work.now_ms
        )
    ).all()
    for row in rows:
        if scopes.OFFLINE not in scopes.split(row.scope):
            grants.revoke(work, row.id, "logout")
    sessions.close(work, session.account_id, session.id)


def _then(params: Mapping[str, str], client: Client | None) -> str | None:
    uri = params.get("post_logout_redirect_uri")
    if uri is None:
        return None
    if client is None or uri not in client.logout_uris:
        raise OAuthRefusal(
            "invalid_request",
            "post_logout_redirect_uri: not registered for the app of client_id or id_token_hint",
        )
    if "state" not in params:
        return uri
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode({'state': params['state']})}"
