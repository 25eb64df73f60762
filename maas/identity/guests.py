"""Guests and callers: accounts without a sign-in, whose bookings somebody can claim later with a code.

A guest books in a browser; a caller exists because a call-taker books for somebody without a phone. Either
gets a claim code, once, to write down.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select, update

from maas.identity import accounts, audit, rates, sessions
from maas.identity.errors import BadIdentityInput, CodeRefused
from maas.identity.model import AccountKind
from maas.identity.people_tables import account, claim, session
from maas.identity.sealing import CLAIM_LETTERS, short_code, token_hash, typed_code
from maas.identity.work import Work

__all__ = [
    "Caller", "Claimed", "Guest", "claim_guest", "create_caller", "create_guest", "find_callers",
    "renew_claim",
]  # fmt: skip


_DIGITS_MIN, _LETTERS_MIN = 4, 2


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest or caller, with the code that claims their bookings (shown once)."""

    account_id: str
    claim_code: str
    opened: sessions.Opened | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody a call-taker has booked for before."""

    account_id: str
    name: str | None
    phone: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whose bookings now belong to the account, and how many records moved."""

    guest_id: str
    records: int


def create_guest(work: Work, *, language: str, network: str) -> Guest:
    """A guest with a session in this browser. Raises RateLimited."""
    rates.count(work, "guest", network, work.kit.settings.begins_per_hour)
    made = accounts.create(work, AccountKind.GUEST, language=language)
    return Guest(made.id, _new_claim(work, made.id), sessions.open_session(work, made.id, "guest"))


def create_caller(work: Work, *, name: str | None, phone: str | None, language: str) -> Guest:
    """A caller, made by the call-taker who acts; nobody can sign in as them."""
    made = accounts.create(work, AccountKind.CALLER, language=language, name=name, phone=phone)
    return Guest(made.id, _new_claim(work, made.id), None)


def find_callers(work: Work, text: str, *, limit: int = 10) -> list[Caller]:
    """Callers by the beginning or end of their number, or a part of their name; the look-up is audited.

    A caller whose account a person has claimed signs in and is found no more. Raises BadIdentityInput for so
    little that it would list everybody.
    """
    wanted = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(letter for letter in wanted if letter.isdigit())
    a = account.c
    if len(digits) >= _DIGITS_MIN and not set(wanted) - set("0123456789-()+ "):
        matches = _by_number(digits)
    elif len(wanted) >= _LETTERS_MIN and not digits:
        escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        matches = a.name.ilike(f"%{escaped}%", escape="\\")
    else:
        raise BadIdentityInput(
            f"q: {text[:40]!r} is too little; give {_DIGITS_MIN} digits of the number, "
            f"or {_LETTERS_MIN} letters of the name"
        )
    rows = work.connection.execute(
        select(a.id, a.name, a.phone, a.language)
        .where(
            a.kind == AccountKind.CALLER.value, a.claimed_by.is_(None), a.erased_ms.is_(None), matches
        )
        .order_by(a.created_ms.desc(), a.id)
        .limit(limit)
    ).all()  # fmt: skip
    found = [Caller(row.id, row.name, row.phone, row.language) for row in rows]
    for caller in found:
        audit.append(work, "caller.seen", caller.account_id)
    return found


def _by_number(digits: str) -> ColumnElement[bool]:
    """Numbers are kept as they were said: with hyphens, blanks or neither."""
    number: ColumnElement[str] = account.c.phone
    for sign in "-() +":
        number = func.replace(number, sign, "")
    return number.like(f"{digits}%") | number.like(f"%{digits}")


def renew_claim(work: Work, guest_id: str) -> str:
    """A new claim code for somebody who lost theirs; older ones stop working. Raises NothingThere."""
    found = accounts.get(work, guest_id)
    if found.kind is AccountKind.PERSON or found.claimed_by is not None:
        raise BadIdentityInput(f"account {guest_id!r} signs in or was claimed: it takes no claim code")
    work.connection.execute(
        update(claim)
        .where(claim.c.guest_id == guest_id, claim.c.used_ms.is_(None))
        .values(used_ms=work.now_ms)
    )
    return _new_claim(work, guest_id)


def claim_guest(work: Work, account_id: str, code: str, *, network: str) -> Claimed:
    """Take over the guest's bookings; the guest's sessions end. Raises CodeRefused, RateLimited."""
    rates.count(work, "claim", network, work.kit.settings.attempts_per_hour)
    taker = accounts.get(work, account_id)
    if taker.kind is not AccountKind.PERSON:
        raise BadIdentityInput("a guest cannot claim another guest's bookings; sign in first")
    guest_id = _use(work, code)
    work.connection.execute(
        update(account).where(account.c.id == guest_id).values(claimed_by=account_id, name=None, phone=None)
    )
    work.connection.execute(
        update(session)
        .where(session.c.account_id == guest_id, session.c.ended_ms.is_(None))
        .values(ended_ms=work.now_ms)
    )
    moved = sum(claimer.claim(work.connection, guest_id, account_id) for claimer in work.kit.claimers)
    audit.append(work, "guest.claimed", guest_id, by=account_id, records=moved)
    return Claimed(guest_id, moved)


def _new_claim(work: Work, guest_id: str) -> str:
    code = short_code(work.kit.random, CLAIM_LETTERS, groups=4)
    work.connection.execute(
        insert(claim).values(
            hash=token_hash(typed_code(code)), guest_id=guest_id,
            expires_ms=work.until_ms(work.kit.settings.claim_s),
        )
    )  # fmt: skip
    audit.append(work, "claim.made", guest_id)
    return code


def _use(work: Work, code: str) -> str:
    unclaimed = select(account.c.id).where(
        account.c.id == claim.c.guest_id, account.c.claimed_by.is_(None), account.c.erased_ms.is_(None)
    )
    used = work.connection.execute(
        update(claim)
        .where(
            claim.c.hash == token_hash(typed_code(code)), claim.c.used_ms.is_(None),
            claim.c.expires_ms > work.now_ms, unclaimed.exists(),
        )
        .values(used_ms=work.now_ms)
        .returning(claim.c.guest_id)
    ).first()  # fmt: skip
    if used is None:
        raise CodeRefused("claim code: unknown, used already, or too old; the call centre can make a new one")
    return str(used.guest_id)
