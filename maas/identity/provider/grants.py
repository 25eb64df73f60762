"""Grants: what a client got from a sign-in, and every token that descends from it; revoked as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from maas.identity import audit
from maas.identity.errors import NothingThere
from maas.identity.provider import clients, scopes, tokens
from maas.identity.provider.clients import Client
from maas.identity.provider_tables import client as client_table
from maas.identity.provider_tables import grant, refresh
from maas.identity.sealing import new_id, new_token, token_hash
from maas.identity.work import Work

__all__ = ["Application", "SignIn", "applications", "issue", "new_grant", "revoke", "revoke_application"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in that a grant comes from."""

    account_id: str
    session_id: str | None
    auth_ms: int
    method: str


@dataclass(frozen=True, slots=True)
class Application:
    """A client that holds a grant of the account."""

    client_id: str
    name: str
    organisation: str
    scopes: tuple[str, ...]
    since_ms: int


def new_grant(work: Work, client: Client, wanted: tuple[str, ...], sign_in: SignIn | None) -> str:
    """Open a grant; its id. Without a sign-in it is a machine's."""
    grant_id = new_id(work.kit.random, "grt")
    lasts_s = work.kit.settings.refresh_s if scopes.OFFLINE in wanted else work.kit.settings.access_s
    work.connection.execute(
        insert(grant).values(
            id=grant_id, client_id=client.id, account_id=sign_in.account_id if sign_in else None,
            session_id=sign_in.session_id if sign_in else None, scope=" ".join(wanted),
            created_ms=work.now_ms, expires_ms=work.until_ms(lasts_s),
        )
    )  # fmt: skip
    audit.append(
        work, "grant.made", sign_in.account_id if sign_in else client.recipient, grant=grant_id,
        client=client.id, scopes=list(wanted),
    )  # fmt: skip
    return grant_id


def issue(
    work: Work, client: Client, grant_id: str, scope: tuple[str, ...], sign_in: SignIn | None, *,
    nonce: str | None = None, refresh_scope: tuple[str, ...] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The token endpoint's answer: access token, and ID and refresh token where the scope has them.

    A refresh token is given where `refresh_scope` (or else `scope`) contains offline_access.
    """
    access = tokens.access_token(
        work, client, grant_id=grant_id, account_id=sign_in.account_id if sign_in else None,
        scopes=scope, auth_ms=sign_in.auth_ms if sign_in else None,
    )  # fmt: skip
    answer: dict[str, Any] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": work.kit.settings.access_s,
        "scope": " ".join(scope),
    }
    if sign_in is None:
        return answer
    if scopes.OPENID in scope:
        answer["id_token"] = tokens.id_token(
            work, client, sign_in.account_id, access=access, nonce=nonce, auth_ms=sign_in.auth_ms,
            method=sign_in.method,
        )  # fmt: skip
    if scopes.OFFLINE in (refresh_scope or scope) and clients.REFRESH in client.grant_types:
        answer["refresh_token"] = _new_refresh(work, grant_id, sign_in)
    return answer


def revoke(work: Work, grant_id: str, reason: str) -> bool:
    """End a grant with every token of it; whether it was still standing."""
    row = work.connection.execute(
        update(grant)
        .where(grant.c.id == grant_id, grant.c.revoked_ms.is_(None))
        .values(revoked_ms=work.now_ms, reason=reason)
        .returning(grant.c.account_id, grant.c.client_id)
    ).first()
    if row is None:
        return False
    subject = row.account_id or f"client:{row.client_id}"
    audit.append(work, "grant.revoked", subject, grant=grant_id, client=row.client_id, reason=reason)
    return True


def revoke_application(work: Work, account_id: str, client_id: str) -> None:
    """End every grant of the account to that client. Raises NothingThere."""
    standing = work.connection.scalars(
        select(grant.c.id).where(
            grant.c.account_id == account_id, grant.c.client_id == client_id, grant.c.revoked_ms.is_(None)
        )
    ).all()
    if not standing:
        raise NothingThere(f"no app with the id {client_id!r} has access to your account")
    for grant_id in standing:
        revoke(work, grant_id, "rider")


def applications(work: Work, account_id: str) -> list[Application]:
    """Who holds a grant of the account that still lasts, newest first."""
    rows = work.connection.execute(
        select(client_table, grant.c.scope, grant.c.created_ms.label("since_ms"))
        .join(grant, grant.c.client_id == client_table.c.id)
        .where(
            grant.c.account_id == account_id, grant.c.revoked_ms.is_(None), grant.c.expires_ms > work.now_ms,
            client_table.c.disabled_ms.is_(None),
        )
        .order_by(grant.c.created_ms.desc(), grant.c.id)
    )  # fmt: skip
    return [
        Application(row.id, row.name, row.organisation, tuple(row.scope.split()), row.since_ms)
        for row in rows
    ]


def _new_refresh(work: Work, grant_id: str, sign_in: SignIn) -> str:
    expires_ms = work.connection.execute(
        select(grant.c.expires_ms).where(grant.c.id == grant_id)
    ).scalar_one()  # of the family: rotation does not make it last longer
    token = new_token(work.kit.random)
    work.connection.execute(
        insert(refresh).values(
            hash=token_hash(token), grant_id=grant_id, auth_ms=sign_in.auth_ms, method=sign_in.method,
            expires_ms=expires_ms,
        )
    )  # fmt: skip
    return token
