"""The token endpoint: codes, refresh tokens, device codes and client credentials turned into tokens.

Everything that works once is used up by one conditional UPDATE, so that of two attempts one wins; what was
used up stays so when the request is refused afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from maas.identity import audit
from maas.identity.errors import OAuthRefusal
from maas.identity.people_tables import account
from maas.identity.provider import authorize, clients, device, grants, scopes
from maas.identity.provider.client_auth import authenticate
from maas.identity.provider.clients import Client
from maas.identity.provider.grants import SignIn
from maas.identity.provider_tables import code as code_table
from maas.identity.provider_tables import grant as grant_table
from maas.identity.provider_tables import refresh as refresh_table
from maas.identity.sealing import b64, token_hash
from maas.identity.work import Work

__all__ = ["answer"]

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def answer(work: Work, form: Mapping[str, str], authorization: str | None) -> dict[str, Any]:
    """The tokens for a request to the token endpoint. Raises OAuthRefusal."""
    client = authenticate(work, form, authorization)
    grant_type = form.get("grant_type", "")
    handle = {
        clients.CODE: _code,
        clients.REFRESH: _refresh,
        clients.CREDENTIALS: _credentials,
        clients.DEVICE: _device,
    }.get(grant_type)
    if handle is None:
        raise OAuthRefusal("unsupported_grant_type", f"grant_type: one of {', '.join(clients.GRANT_TYPES)}")
    if grant_type not in client.grant_types:
        raise OAuthRefusal(
            "unauthorized_client", f"grant_type: this client is not registered for {grant_type}"
        )
    return handle(work, client, form)


def _code(work: Work, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    row = _use_code(work, token_hash(form.get("code", "")))
    if row.client_id != client.id or row.redirect_uri != form.get("redirect_uri"):
        raise OAuthRefusal("invalid_grant", "code: it was given to another client or redirect_uri")
    verifier = form.get("code_verifier", "")
    if not _VERIFIER.fullmatch(verifier) or not _proves(verifier, row.challenge):
        raise OAuthRefusal("invalid_grant", "code_verifier: it does not fit the challenge of this code")
    _check_account(work, row.account_id)
    granted = scopes.split(row.scope)
    sign_in = SignIn(row.account_id, row.session_id, row.auth_ms, row.method)
    grant_id = grants.new_grant(work, client, granted, sign_in)
    work.connection.execute(update(code_table).where(code_table.c.hash == row.hash).values(grant_id=grant_id))
    return grants.issue(work, client, grant_id, granted, sign_in, nonce=row.nonce)


def _use_code(work: Work, hashed: str) -> Row[Any]:
    row = work.connection.execute(
        update(code_table)
        .where(
            code_table.c.hash == hashed, code_table.c.used_ms.is_(None), code_table.c.expires_ms > work.now_ms
        )
        .values(used_ms=work.now_ms)
        .returning(code_table)
    ).first()
    if row is not None:
        return row
    # RFC 6749 section 4.1.2: a code that comes twice was seen by somebody else; what it gave is taken back.
    known = work.connection.execute(
        select(code_table.c.grant_id, code_table.c.account_id).where(code_table.c.hash == hashed)
    ).first()
    if (
        known is not None
        and known.grant_id is not None
        and grants.revoke(work, known.grant_id, "code reused")
    ):
        audit.append(work, "code.reused", known.account_id, grant=known.grant_id)
    raise OAuthRefusal("invalid_grant", "code: unknown, used already, or expired")


def _proves(verifier: str, challenge: str) -> bool:
    return hmac.compare_digest(b64(hashlib.sha256(verifier.encode("ascii")).digest()), challenge)


def _refresh(work: Work, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    hashed = token_hash(form.get("refresh_token", ""))
    row = work.connection.execute(
        select(refresh_table, grant_table.c.client_id, grant_table.c.account_id, grant_table.c.scope,
               grant_table.c.revoked_ms, grant_table.c.session_id)
        .join(grant_table, grant_table.c.id == refresh_table.c.grant_id)
        .where(refresh_table.c.hash == hashed)
    ).first()  # fmt: skip
    if row is None or row.client_id != client.id:
        raise OAuthRefusal("invalid_grant", "refresh_token: unknown, or another client's")
    _use_refresh(work, row)
    if row.revoked_ms is not None or row.expires_ms <= work.now_ms:
        raise OAuthRefusal("invalid_grant", "refresh_token: revoked or expired; sign in again")
    _check_account(work, row.account_id)
    standing = authorize.consented(work, row.account_id, client, scopes.split(row.scope))
    if not {scopes.OPENID, scopes.OFFLINE} <= set(standing):
        grants.revoke(work, row.grant_id, "consent")
        raise OAuthRefusal("invalid_grant", "refresh_token: the person took their consent back")
    wanted = scopes.split(form.get("scope")) or standing
    if not set(wanted) <= set(scopes.split(row.scope)):
        raise OAuthRefusal("invalid_scope", "scope: more than was granted; sign in again for that")
    narrowed = tuple(scope for scope in wanted if scope in standing)
    sign_in = SignIn(row.account_id, row.session_id, row.auth_ms, row.method)
    audit.append(work, "grant.refreshed", row.account_id, grant=row.grant_id, client=client.id)
    return grants.issue(work, client, row.grant_id, narrowed, sign_in, refresh_scope=standing)


def _use_refresh(work: Work, row: Row[Any]) -> None:
    """Use the token up. One that comes twice was stolen, by the first or the second: all of them end."""
    used = work.connection.execute(
        update(refresh_table)
        .where(refresh_table.c.hash == row.hash, refresh_table.c.used_ms.is_(None))
        .values(used_ms=work.now_ms)
    )
    if used.rowcount == 1:
        return
    audit.append(work, "refresh.reused", row.account_id, grant=row.grant_id, client=row.client_id)
    grants.revoke(work, row.grant_id, "reuse")
    raise OAuthRefusal("invalid_grant", "refresh_token: used before; every token of this sign-in is revoked")


def _credentials(work: Work, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    own = tuple(scope for scope in client.scopes if scopes.is_machine_scope(scope))
    wanted = scopes.split(form.get("scope")) or own
    beyond = [scope for scope in wanted if scope not in own]
    if beyond or not wanted:
        raise OAuthRefusal("invalid_scope", f"scope: {' '.join(beyond) or 'empty'}: not this client's")
    return grants.issue(work, client, grants.new_grant(work, client, wanted, None), wanted, None)


def _device(work: Work, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    sign_in, wanted = device.poll(work, client, form.get("device_code", ""))
    _check_account(work, sign_in.account_id)
    granted = authorize.consented(work, sign_in.account_id, client, wanted)
    return grants.issue(work, client, grants.new_grant(work, client, granted, sign_in), granted, sign_in)


def _check_account(work: Work, account_id: str) -> None:
    standing = select(account.c.id).where(account.c.id == account_id, account.c.erased_ms.is_(None))
    if work.connection.execute(standing).first() is None:
        raise OAuthRefusal("invalid_grant", "the account is closed")
