"""The authorisation endpoint: what a client may ask of a browser, and the code that it gets for it.

PKCE with S256 is demanded of every client; a redirect URI matches letter by letter or not at all. Errors
before the redirect URI is known to be the client's are shown to the person and never sent anywhere.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from sqlalchemy import insert

from maas.identity import audit, consents
from maas.identity.errors import OAuthRefusal
from maas.identity.provider import clients, scopes
from maas.identity.provider.clients import Client
from maas.identity.provider_tables import code as code_table
from maas.identity.purposes import SIGN_IN
from maas.identity.sealing import Seals, new_token, token_hash
from maas.identity.sessions import Session
from maas.identity.work import Work

__all__ = [
    "AuthorizationRequest", "RedirectedRefusal", "consented", "fresh_since", "give_code", "missing_data",
    "needs_sign_in", "parse", "redirect", "refuse",
    "write_consents",
]  # fmt: skip

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes of SHA-256 in base64url
_PROMPTS = {"none", "login", "consent", "select_account"}


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that a client may make."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str | None
    challenge: str
    prompt: frozenset[str]
    max_age_s: int | None
    login_hint: str
    ui_locales: str


class RedirectedRefusal(OAuthRefusal):
    """A refusal that goes back to the client in the query of its redirect URI: `url` is the whole of it."""

    def __init__(
        self, code: str, description: str, *, issuer: str, redirect_uri: str, state: str | None
    ) -> None:
        super().__init__(code, description)
        self.url = redirect(issuer, redirect_uri, state, error=code, error_description=description)


def parse(work: Work, params: Mapping[str, str]) -> AuthorizationRequest:
    """Check everything. Raises OAuthRefusal to be shown, or RedirectedRefusal to be sent back."""
    client = clients.find(work, params.get("client_id", ""))
    if client is None or clients.CODE not in client.grant_types:
        raise OAuthRefusal("invalid_client", "client_id: no app with a sign-in page is registered by that id")
    redirect_uri = params.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        raise OAuthRefusal("invalid_request", "redirect_uri: not one of those registered, letter by letter")
    state = params.get("state")
    problem = _problem(params, client)
    if problem is not None:
        issuer = work.kit.settings.issuer
        raise RedirectedRefusal(*problem, issuer=issuer, redirect_uri=redirect_uri, state=state)
    max_age = params.get("max_age")
    return AuthorizationRequest(
        client, redirect_uri, scopes.split(params["scope"]), state, params.get("nonce"),
        params["code_challenge"], frozenset(params.get("prompt", "").split()),
        None if max_age is None else int(max_age), params.get("login_hint", "")[:254],
        params.get("ui_locales", ""),
    )  # fmt: skip


def _problem(params: Mapping[str, str], client: Client) -> tuple[str, str] | None:
    """The first thing wrong with a request whose client and redirect URI are right."""
    wanted = scopes.split(params.get("scope"))
    prompt = set(params.get("prompt", "").split())
    beyond = [scope for scope in wanted if scope not in client.scopes or scope not in scopes.PERSONAL]
    for wrong, error, description in (
        ("request" in params, "request_not_supported", "request objects are not supported; send parameters"),
        (
            "request_uri" in params,
            "request_uri_not_supported",
            "request_uri is not supported; send parameters",
        ),
        (params.get("response_type") != "code", "unsupported_response_type", "response_type: only code"),
        (params.get("response_mode", "query") != "query", "invalid_request", "response_mode: only query"),
        (not params.get("code_challenge"), "invalid_request", "code_challenge: missing; PKCE is required"),
        (
            params.get("code_challenge_method") != "S256",
            "invalid_request",
            "code_challenge_method: only S256 (plain, the default, protects nobody)",
        ),
        (
            _CHALLENGE.fullmatch(params.get("code_challenge", "")) is None,
            "invalid_request",
            "code_challenge: 43 letters of base64url, the SHA-256 of the verifier",
        ),
        (scopes.OPENID not in wanted, "invalid_scope", "scope: openid is missing"),
        (bool(beyond), "invalid_scope", f"scope: {' '.join(beyond)}: not registered for this app"),
        (bool(prompt - _PROMPTS), "invalid_request", "prompt: none, login, consent or select_account"),
        ("none" in prompt and len(prompt) > 1, "invalid_request", "prompt: none goes with nothing else"),
        (
            not re.fullmatch(r"[0-9]{1,9}", params.get("max_age", "0")),
            "invalid_request",
            "max_age: whole seconds",
        ),
        (
            any(len(params.get(name, "")) > 1_000 for name in ("nonce", "state")),
            "invalid_request",
            "state, nonce: at most 1,000 letters each",
        ),
    ):
        if wrong:
            return error, description
    return None


def fresh_since(seals: Seals, request: AuthorizationRequest, now_ms: int) -> str:
    """A mark in the address to come back to: whoever signed in after it has done so anew."""
    return f"{now_ms}.{seals.keyed('since', request.client.id, str(now_ms))}"


def needs_sign_in(work: Work, request: AuthorizationRequest, session: Session | None, since: str) -> bool:
    """Whether the person must sign in (again). Raises RedirectedRefusal `login_required` for prompt=none."""
    stale = session is None or session.method == "guest"
    if session is not None and request.max_age_s is not None:
        stale = stale or session.started_ms + request.max_age_s * 1_000 < work.now_ms
    if session is not None and request.prompt & {"login", "select_account"}:
        stale = stale or not _is_since(work, request, session, since)
    if stale and "none" in request.prompt:
        raise refuse(work, request, "login_required", "nobody is signed in")
    return stale


def _is_since(work: Work, request: AuthorizationRequest, session: Session, since: str) -> bool:
    at, _, mark = since.partition(".")
    if not re.fullmatch(r"[0-9]{1,15}", at) or not mark.isascii():
        return False
    right = hmac.compare_digest(mark, work.kit.seals.keyed("since", request.client.id, at))
    return right and session.started_ms >= int(at)


def missing_data(work: Work, request: AuthorizationRequest, account_id: str) -> frozenset[str]:
    """The categories that the person has to be asked about; all of them with prompt=consent.

    Raises RedirectedRefusal `consent_required` for prompt=none.
    """
    needed = scopes.data_of(request.scopes)
    missing = needed - consents.allowed_data(work, account_id, SIGN_IN, request.client.recipient, work.now)
    if missing and "none" in request.prompt:
        raise refuse(work, request, "consent_required", "the person has to be asked")
    return needed if missing or "consent" in request.prompt else frozenset()


def write_consents(
    work: Work, account_id: str, client: Client, wanted: tuple[str, ...], chosen: Collection[str], *,
    text_version: str, language: str,
) -> None:  # fmt: skip
    """Write down what the person chose on the consent page; what they left out is revoked."""
    asked = scopes.data_of(wanted)
    yes = (set(chosen) & asked) | {"subject"}
    consents.grant(
        work, account_id, purpose=SIGN_IN, recipient=client.recipient, data=yes,
        expires=work.now + timedelta(seconds=work.kit.settings.consent_s), text_version=text_version,
        text_language=language,
    )  # fmt: skip
    before = consents.allowed_data(work, account_id, SIGN_IN, client.recipient, work.now)
    no = (asked - yes) & before
    if no:
        consents.revoke(work, account_id, purpose=SIGN_IN, recipient=client.recipient, data=no)


def consented(work: Work, account_id: str, client: Client, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Of the wanted scopes, those that the person's consent covers now."""
    may = consents.allowed_data(work, account_id, SIGN_IN, client.recipient, work.now)
    return scopes.granted_scopes(wanted, may)


def give_code(work: Work, request: AuthorizationRequest, session: Session) -> str:
    """The redirect URI with a code that works once, for a minute, for who knows the PKCE verifier."""
    granted = consented(work, session.account_id, request.client, request.scopes)
    if scopes.OPENID not in granted:
        raise refuse(work, request, "access_denied", "the person did not agree")
    made = new_token(work.kit.random)
    work.connection.execute(
        insert(code_table).values(
            hash=token_hash(made), client_id=request.client.id, account_id=session.account_id,
            session_id=session.id, redirect_uri=request.redirect_uri, scope=" ".join(granted),
            nonce=request.nonce, challenge=request.challenge, auth_ms=session.started_ms,
            method=session.method, expires_ms=work.until_ms(work.kit.settings.code_s),
        )
    )  # fmt: skip
    audit.append(work, "code.given", session.account_id, client=request.client.id)
    return redirect(work.kit.settings.issuer, request.redirect_uri, request.state, code=made)


def redirect(issuer: str, uri: str, state: str | None, **params: str) -> str:
    """The client's URI with our answer in its query, and our name (RFC 9207) against mixed-up providers."""
    answer = {**params, "iss": issuer} | ({} if state is None else {"state": state})
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(answer)}"


def refuse(work: Work, request: AuthorizationRequest, error: str, description: str) -> RedirectedRefusal:
    """The refusal of a request that was right, to be raised and sent back to the client."""
    return RedirectedRefusal(
        error, description, issuer=work.kit.settings.issuer, redirect_uri=request.redirect_uri,
        state=request.state,
    )  # fmt: skip
