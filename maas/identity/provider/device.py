"""The device flow (RFC 8628): a kiosk or TV box shows a short code, a person types it in on their phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from maas.identity import audit, rates
from maas.identity.errors import CodeRefused, OAuthRefusal
from maas.identity.provider import authorize, clients, scopes
from maas.identity.provider.client_auth import authenticate
from maas.identity.provider.clients import Client
from maas.identity.provider.grants import SignIn
from maas.identity.provider_tables import device
from maas.identity.sealing import USER_CODE_LETTERS, new_token, short_code, token_hash, typed_code
from maas.identity.sessions import Session
from maas.identity.work import Work

__all__ = ["Waiting", "begin", "decide", "poll", "waiting"]

SLOW_DOWN_S = 5  # RFC 8628 section 3.5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that waits for somebody to say yes."""

    client: Client
    scopes: tuple[str, ...]


def begin(work: Work, form: Mapping[str, str], authorization: str | None) -> dict[str, Any]:
    """The answer of the device authorisation endpoint. Raises OAuthRefusal."""
    client = authenticate(work, form, authorization)
    if clients.DEVICE not in client.grant_types:
        raise OAuthRefusal("unauthorized_client", "this client is not registered for the device flow")
    wanted = scopes.split(form.get("scope")) or (scopes.OPENID,)
    beyond = [scope for scope in wanted if scope not in client.scopes or scope not in scopes.PERSONAL]
    if beyond or scopes.OPENID not in wanted:
        raise OAuthRefusal("invalid_scope", f"scope: {' '.join(beyond) or 'openid is missing'}")
    settings = work.kit.settings
    device_code = new_token(work.kit.random)
    user_code = short_code(work.kit.random, USER_CODE_LETTERS, groups=2)
    work.connection.execute(
        insert(device).values(
            hash=token_hash(device_code), user_hash=token_hash(typed_code(user_code)), client_id=client.id,
            scope=" ".join(wanted), denied=False, interval_s=settings.device_interval_s,
            expires_ms=work.until_ms(settings.device_s),
        )
    )  # fmt: skip
    audit.append(work, "device.begun", client.recipient)
    page = f"{settings.issuer}/device"
    return {
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={user_code}",
        "expires_in": settings.device_s,
        "interval": settings.device_interval_s,
    }


def waiting(work: Work, user_code: str, *, account_id: str) -> Waiting:
    """The device that shows this code. Raises CodeRefused, and RateLimited for who guesses."""
    rates.count(work, "user-code", account_id, work.kit.settings.attempts_per_hour)
    row = work.connection.execute(
        select(device.c.client_id, device.c.scope).where(*_open(work, user_code))
    ).first()
    client = None if row is None else clients.find(work, row.client_id)
    if row is None or client is None:
        raise CodeRefused("code: no device waits with it; look at the screen again, it changes")
    return Waiting(client, scopes.split(row.scope))


def decide(
    work: Work, user_code: str, session: Session, *, chosen: frozenset[str] | None, text_version: str,
    language: str,
) -> None:  # fmt: skip
    """Say yes with the chosen data, or (None) no. Raises CodeRefused, RateLimited."""
    found = waiting(work, user_code, account_id=session.account_id)
    who = {} if chosen is None else {
        "account_id": session.account_id, "session_id": session.id, "auth_ms": session.started_ms,
        "method": session.method,
    }  # fmt: skip
    done = work.connection.execute(
        update(device).where(*_open(work, user_code)).values(denied=chosen is None, **who)
    )
    if done.rowcount != 1:
        raise CodeRefused("code: somebody answered it in this moment")
    if chosen is not None:
        authorize.write_consents(
            work, session.account_id, found.client, found.scopes, chosen, text_version=text_version,
            language=language,
        )  # fmt: skip
    audit.append(
        work,
        "device.denied" if chosen is None else "device.approved",
        session.account_id,
        client=found.client.id,
    )


def poll(work: Work, client: Client, device_code: str) -> tuple[SignIn, tuple[str, ...]]:
    """Who said yes, to which scopes; the code is used up. Raises OAuthRefusal in RFC 8628's words."""
    hashed = token_hash(device_code)
    row = work.connection.execute(select(device).where(device.c.hash == hashed)).first()
    if row is None or row.client_id != client.id or row.used_ms is not None:
        raise OAuthRefusal("invalid_grant", "device_code: unknown, another client's, or used already")
    if row.expires_ms <= work.now_ms:
        raise OAuthRefusal("expired_token", "device_code: too late; begin again")
    if row.denied:
        raise OAuthRefusal("access_denied", "the person said no")
    if row.account_id is None:
        _slow(work, row)
        raise OAuthRefusal("authorization_pending", "nobody has answered yet")
    used = work.connection.execute(
        update(device).where(device.c.hash == hashed, device.c.used_ms.is_(None)).values(used_ms=work.now_ms)
    )
    if used.rowcount != 1:
        raise OAuthRefusal("invalid_grant", "device_code: used already")
    return SignIn(row.account_id, row.session_id, row.auth_ms, row.method), scopes.split(row.scope)


def _slow(work: Work, row: Row[Any]) -> None:
    early = row.polled_ms is not None and work.now_ms < row.polled_ms + row.interval_s * 1_000
    interval_s = row.interval_s + SLOW_DOWN_S if early else row.interval_s
    work.connection.execute(
        update(device).where(device.c.hash == row.hash).values(polled_ms=work.now_ms, interval_s=interval_s)
    )
    if early:
        raise OAuthRefusal("slow_down", f"poll every {interval_s} s, not more often")


def _open(work: Work, user_code: str) -> tuple[ColumnElement[bool], ...]:
    return (
        device.c.user_hash == token_hash(typed_code(user_code)),
        device.c.account_id.is_(None),
        device.c.denied.is_(False),
        device.c.used_ms.is_(None),
        device.c.expires_ms > work.now_ms,
    )
