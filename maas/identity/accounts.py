"""Accounts: made, found, changed. Nothing here decides who may do so."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from maas.identity import audit
from maas.identity.errors import BadIdentityInput, Conflict, NothingThere
from maas.identity.model import LANGUAGES, AccountKind
from maas.identity.people_tables import account
from maas.identity.sealing import new_id, new_token
from maas.identity.work import Work
from storage.database import is_unique_violation

__all__ = [
    "Account", "change", "create", "find_by_email", "find_by_handle", "get", "kind_of",
    "normal_email", "owners", "set_email",
]  # fmt: skip

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>()\[\],;:\\\"]+@[^@\s\x00-\x1f\x7f<>()\[\],;:\\\"]+\.[^@\s.]{2,}")


@dataclass(frozen=True, slots=True)
class Account:
    """A person, guest or caller as they stand."""

    id: str
    kind: AccountKind
    handle: str
    email: str | None
    name: str | None
    phone: str | None
    language: str
    created_ms: int
    claimed_by: str | None


def normal_email(text: str) -> str:
    """The address as it is compared: NFKC, domain in lower case and punycode, local part in lower case.

    Raises BadIdentityInput for what is not an address, or has a line break that would forge mail headers.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if len(folded) > 254 or not _EMAIL.fullmatch(folded):
        raise BadIdentityInput(f"email: {text[:80]!r} is not an address; write name@example.jp")
    local, _, domain = folded.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise BadIdentityInput(f"email: {domain[:80]!r} is not a domain; write name@example.jp") from None


def create(
    work: Work, kind: AccountKind, *, language: str, email: str | None = None, name: str | None = None,
    phone: str | None = None, handle: str | None = None,
) -> Account:  # fmt: skip
    """Make an account. Raises Conflict where the (normal) address has one already."""
    row = {
        "id": new_id(work.kit.random, "acc"),
        "kind": kind.value,
        "handle": handle or new_token(work.kit.random),
        "email": email,
        "name": name,
        "phone": phone,
        "language": language if language in LANGUAGES else LANGUAGES[0],
        "created_ms": work.now_ms,
    }
    try:
        with work.connection.begin_nested():
            work.connection.execute(insert(account).values(row))
    except IntegrityError as error:
        if is_unique_violation(error, "identity_account.email"):
            raise Conflict("email: this address has an account; sign in with it") from None
        raise
    audit.append(work, "account.created", str(row["id"]), kind=kind.value)
    return get(work, str(row["id"]))


def get(work: Work, account_id: str) -> Account:
    """An account that was not erased. Raises NothingThere."""
    row = work.connection.execute(
        select(account).where(account.c.id == account_id, account.c.erased_ms.is_(None))
    ).first()
    if row is None:
        raise NothingThere(f"no account has the id {account_id!r}")
    return _account(row)


def kind_of(work: Work, account_id: str) -> AccountKind | None:
    """What an account is; None where there is none, or it was erased or claimed by another."""
    found = work.connection.execute(
        select(account.c.kind).where(
            account.c.id == account_id, account.c.erased_ms.is_(None), account.c.claimed_by.is_(None)
        )
    ).scalar()
    return None if found is None else AccountKind(found)


def find_by_email(work: Work, email: str) -> Account | None:
    """The account with that (normal) address."""
    row = work.connection.execute(select(account).where(account.c.email == email)).first()
    return None if row is None else _account(row)


def find_by_handle(work: Work, handle: str) -> Account | None:
    """The account with that WebAuthn user handle."""
    row = work.connection.execute(select(account).where(account.c.handle == handle)).first()
    return None if row is None else _account(row)


def change(
    work: Work, account_id: str, *, name: str | None = None, phone: str | None = None,
    language: str | None = None,
) -> Account:  # fmt: skip
    """Change what is given (an empty text takes it away). Raises BadIdentityInput and NothingThere."""
    if language is not None and language not in LANGUAGES:
        raise BadIdentityInput(f"language: {language!r}; choose one of {', '.join(LANGUAGES)}")
    given = {"name": name, "phone": phone, "language": language}
    values = {field: value or None for field, value in given.items() if value is not None}
    if values:
        work.connection.execute(
            update(account).where(account.c.id == account_id, account.c.erased_ms.is_(None)).values(values)
        )
        audit.append(work, "account.changed", account_id, fields=sorted(values))
    return get(work, account_id)


def set_email(work: Work, account_id: str, email: str) -> None:
    """Make a proven (normal) address the account's. Raises NothingThere; Conflict where another has it."""
    get(work, account_id)
    try:
        with work.connection.begin_nested():
            work.connection.execute(update(account).where(account.c.id == account_id).values(email=email))
    except IntegrityError as error:
        if is_unique_violation(error, "identity_account.email"):
            raise Conflict("email: this address has an account of its own; sign in with it") from None
        raise
    audit.append(work, "account.changed", account_id, fields=["email"])


def owners(work: Work, account_id: str) -> tuple[str, ...]:
    """The account and every guest it has claimed: whose bookings are the account's."""
    guests = work.connection.scalars(
        select(account.c.id).where(account.c.claimed_by == account_id).order_by(account.c.id)
    )
    return (account_id, *guests)


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id, AccountKind(row.kind), row.handle, row.email, row.name, row.phone, row.language,
        row.created_ms, row.claimed_by,
    )  # fmt: skip
