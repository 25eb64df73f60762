"""Passkeys: the WebAuthn ceremonies of signing up, adding a passkey, and signing in.

A ceremony's challenge works once and for a few minutes. Passkeys are discoverable (nobody types a name) and
verify the user (finger, face or PIN), so that one touch is two factors.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy import delete, func, insert, select, update
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from maas.identity import accounts, audit, rates, sessions
from maas.identity.errors import Conflict, NothingThere, PasskeyRefused, PasskeySuspended
from maas.identity.model import AccountKind
from maas.identity.people_tables import ceremony, passkey
from maas.identity.sealing import b64, new_token, token_hash
from maas.identity.sql import was_inserted
from maas.identity.work import Work

__all__ = [
    "Ceremony", "Passkey", "begin_adding", "begin_sign_in", "begin_sign_up", "finish_adding",
    "finish_sign_in", "finish_sign_up", "list_passkeys", "remove",
]  # fmt: skip

PASSKEYS_MAX = 20
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,1400}")
_FORGED = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)  # what the library's parsers let through from bytes that somebody made up
_SIGN_UP, _ADD, _SIGN_IN = "sign-up", "add", "sign-in"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the page hands to `navigator.credentials`, and the id to send back with the answer."""

    id: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it."""

    id: str
    label: str
    backed_up: bool
    created_ms: int
    used_ms: int | None
    suspended: bool


def begin_sign_up(work: Work, *, name: str, network: str) -> Ceremony:
    """Options for a new account's first passkey. Raises RateLimited."""
    rates.count(work, "sign-up", network, work.kit.settings.begins_per_hour)
    return _begin_registration(work, _SIGN_UP, new_token(work.kit.random), name, account_id=None)


def finish_sign_up(
    work: Work, ceremony_id: str, answer: Any, *, label: str, language: str
) -> sessions.Opened:
    """Make the account with its passkey, and sign it in. Raises PasskeyRefused."""
    begun = _take(work, ceremony_id, _SIGN_UP)
    verified = _verified_registration(work, begun.challenge, answer)
    account = accounts.create(work, AccountKind.PERSON, language=language, handle=begun.handle)
    _keep(work, account.id, verified, label)
    return sessions.open_session(work, account.id, "passkey")


def begin_adding(work: Work, account_id: str) -> Ceremony:
    """Options for one more passkey of an account. Raises Conflict where there are too many."""
    account = accounts.get(work, account_id)
    kept = list_passkeys(work, account_id)
    if len(kept) >= PASSKEYS_MAX:
        raise Conflict(f"an account has at most {PASSKEYS_MAX} passkeys; remove one first")
    name = account.name or account.email or work.kit.settings.name
    return _begin_registration(
        work, _ADD, account.handle, name, account_id=account_id, known=[key.id for key in kept]
    )


def finish_adding(work: Work, account_id: str, ceremony_id: str, answer: Any, *, label: str) -> Passkey:
    """Keep the new passkey. Raises PasskeyRefused, or Conflict where the passkey is known."""
    begun = _take(work, ceremony_id, _ADD)
    if begun.account_id != account_id:
        raise PasskeyRefused("the ceremony was begun by another account; begin it again")
    verified = _verified_registration(work, begun.challenge, answer)
    _keep(work, account_id, verified, label)
    return next(key for key in list_passkeys(work, account_id) if key.id == b64(verified.credential_id))


def begin_sign_in(work: Work, *, network: str) -> Ceremony:
    """Options that let the browser offer whatever passkeys it has for us. Raises RateLimited."""
    rates.count(work, "passkey", network, work.kit.settings.begins_per_hour)
    options = webauthn.generate_authentication_options(
        rp_id=_rp_id(work),
        challenge=work.kit.random(32),
        timeout=work.kit.settings.ceremony_s * 1_000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _begun(work, _SIGN_IN, options.challenge, webauthn.options_to_json(options))


def finish_sign_in(work: Work, ceremony_id: str, answer: Any) -> sessions.Opened:
    """Verify the passkey's answer and sign in.

    Raises PasskeyRefused; PasskeySuspended where the counter went back, which suspends the passkey for good:
    a counter that goes back is what a copied authenticator looks like.
    """
    begun = _take(work, ceremony_id, _SIGN_IN)
    row = _passkey_of(work, answer)
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=begun.challenge,
            expected_rp_id=_rp_id(work),
            expected_origin=work.kit.settings.issuer,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,  # compared below, where it can suspend the passkey
            require_user_verification=True,
        )
    except _FORGED as error:
        raise PasskeyRefused(f"the passkey's answer does not verify: {error}") from error
    _count_up(work, row.id, row.account_id, verified.new_sign_count)
    return sessions.open_session(work, row.account_id, "passkey")


def list_passkeys(work: Work, account_id: str) -> list[Passkey]:
    """The account's passkeys, oldest first."""
    rows = work.connection.execute(
        select(passkey).where(passkey.c.account_id == account_id).order_by(passkey.c.created_ms, passkey.c.id)
    )
    return [
        Passkey(row.id, row.label, row.backed_up, row.created_ms, row.used_ms, row.suspended_ms is not None)
        for row in rows
    ]


def remove(work: Work, account_id: str, passkey_id: str) -> None:
    """Forget a passkey. Raises NothingThere; Conflict where it is the only way to sign in."""
    gone = work.connection.execute(
        delete(passkey).where(passkey.c.id == passkey_id, passkey.c.account_id == account_id)
    )
    if gone.rowcount != 1:
        raise NothingThere(f"you have no passkey {passkey_id[:80]!r}")
    left = work.connection.execute(
        select(func.count()).where(passkey.c.account_id == account_id, passkey.c.suspended_ms.is_(None))
    ).scalar_one()
    if not left and accounts.get(work, account_id).email is None:
        raise Conflict("this passkey is your only way to sign in; add another one first")
    audit.append(work, "passkey.removed", account_id)


def _begin_registration(
    work: Work,
    purpose: str,
    handle: str,
    name: str,
    *,
    account_id: str | None,
    known: list[str] | None = None,
) -> Ceremony:
    options = webauthn.generate_registration_options(
        rp_id=_rp_id(work),
        rp_name=work.kit.settings.name,
        user_id=handle.encode("ascii"),
        user_name=name,
        challenge=work.kit.random(32),
        timeout=work.kit.settings.ceremony_s * 1_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_unb64(key)) for key in known or ()],
    )
    return _begun(
        work,
        purpose,
        options.challenge,
        webauthn.options_to_json(options),
        handle=handle,
        account_id=account_id,
    )


def _begun(
    work: Work, purpose: str, challenge: bytes, options: str, *, handle: str | None = None,
    account_id: str | None = None,
) -> Ceremony:  # fmt: skip
    token = new_token(work.kit.random)
    work.connection.execute(
        insert(ceremony).values(
            hash=token_hash(token), purpose=purpose, challenge=challenge, handle=handle,
            account_id=account_id, expires_ms=work.until_ms(work.kit.settings.ceremony_s),
        )
    )  # fmt: skip
    return Ceremony(token, json.loads(options))


def _take(work: Work, ceremony_id: str, purpose: str) -> Any:
    """Use the ceremony up, so that no answer can be replayed; it stays so if the answer is refused."""
    row = work.connection.execute(
        update(ceremony)
        .where(
            ceremony.c.hash == token_hash(ceremony_id), ceremony.c.purpose == purpose,
            ceremony.c.used_ms.is_(None), ceremony.c.expires_ms > work.now_ms,
        )
        .values(used_ms=work.now_ms)
        .returning(ceremony.c.challenge, ceremony.c.handle, ceremony.c.account_id)
    ).first()  # fmt: skip
    if row is None:
        raise PasskeyRefused("the ceremony is unknown, over, or was answered already; begin it again")
    return row


def _verified_registration(work: Work, challenge: bytes, answer: Any) -> Any:
    try:
        return webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(work),
            expected_origin=work.kit.settings.issuer,
            require_user_verification=True,
        )
    except _FORGED as error:
        raise PasskeyRefused(f"the new passkey does not verify: {error}") from error


def _keep(work: Work, account_id: str, verified: Any, label: str) -> None:
    row = {
        "id": b64(verified.credential_id),
        "account_id": account_id,
        "public_key": verified.credential_public_key,
        "sign_count": verified.sign_count,
        "label": label,
        "backed_up": verified.credential_backed_up,
        "created_ms": work.now_ms,
    }
    if not was_inserted(work.connection, passkey, row):
        raise Conflict("this passkey is known already; sign in with it")
    audit.append(work, "passkey.added", account_id)


def _passkey_of(work: Work, answer: Any) -> Any:
    credential_id = str(answer.get("id")) if isinstance(answer, dict) else ""
    if _BASE64URL.fullmatch(credential_id):
        row = work.connection.execute(select(passkey).where(passkey.c.id == credential_id)).first()
    else:
        row = None
    if row is None:
        raise PasskeyRefused("no account has this passkey; sign up with it, or ask for a link by mail")
    if row.suspended_ms is not None:
        raise PasskeySuspended("this passkey is suspended; sign in by mail and remove it")
    return row


def _count_up(work: Work, passkey_id: str, account_id: str, counted: int) -> None:
    """Raise the kept counter in one statement, so that of two answers with one count only one passes."""
    fits = passkey.c.sign_count < counted
    if counted == 0:  # synchronised passkeys do not count
        fits = passkey.c.sign_count == 0
    raised = work.connection.execute(
        update(passkey)
        .where(passkey.c.id == passkey_id, passkey.c.suspended_ms.is_(None), fits)
        .values(sign_count=counted, used_ms=work.now_ms)
    )
    if raised.rowcount == 1:
        return
    work.connection.execute(
        update(passkey).where(passkey.c.id == passkey_id).values(suspended_ms=work.now_ms)
    )
    audit.append(work, "passkey.suspended", account_id, counted=counted)
    raise PasskeySuspended("the passkey's counter went back: it may have been copied. It is suspended now")


def _rp_id(work: Work) -> str:
    return urlsplit(work.kit.settings.issuer).hostname or ""


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
