"""The consent ledger, and the gate that nothing personal passes without it.

An act grants or revokes, for one purpose and one recipient, some categories of data. For each category the
last act that names it counts; a grant counts until it expires. Acts are never changed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, insert, select

from maas.identity import audit
from maas.identity.errors import BadIdentityInput, ConsentMissing
from maas.identity.people_tables import consent, disclosure
from maas.identity.purposes import Purpose
from maas.identity.sql import from_ms, to_ms
from maas.identity.work import Work

__all__ = [
    "Act", "Disclosure", "allowed", "allowed_data", "disclose", "disclosures", "grant", "history",
    "purpose_of", "require", "revoke",
]  # fmt: skip

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the ledger: what was granted or revoked, and which text was shown."""

    id: int
    act: str
    purpose: str
    recipient: str
    data: tuple[str, ...]
    at: datetime
    expires: datetime | None
    text_version: str
    text_language: str
    text_sha256: str
    actor: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What categories went to whom, for what."""

    purpose: str
    recipient: str
    data: tuple[str, ...]
    at: datetime


def purpose_of(work: Work, purpose: str, data: Collection[str]) -> Purpose:
    """The purpose, if it may ask for these categories. Raises BadIdentityInput."""
    found = work.kit.purposes.get(purpose)
    if found is None:
        raise BadIdentityInput(f"purpose: {purpose!r}; there is {', '.join(sorted(work.kit.purposes))}")
    beyond = sorted(set(data) - set(found.data))
    if beyond or not data:
        raise BadIdentityInput(f"data: {beyond or 'empty'}; {purpose} may ask for {', '.join(found.data)}")
    return found


def grant(
    work: Work, account_id: str, *, purpose: str, recipient: str, data: Collection[str], expires: datetime,
    text_version: str, text_language: str,
) -> Act:  # fmt: skip
    """Write a consent down. Raises BadIdentityInput where the text shown is not the one that counts now."""
    found = purpose_of(work, purpose, data)
    if text_version != found.version:
        raise BadIdentityInput(
            f"text_version: {text_version!r} is not what counts now; show {found.version!r} and ask again"
        )
    if not work.now < expires:
        raise BadIdentityInput(f"expires: {expires.isoformat()} is past")
    return _write(
        work, account_id, "grant", purpose, recipient, sorted(set(data)), to_ms(expires), found, text_language
    )


def revoke(
    work: Work, account_id: str, *, purpose: str, recipient: str, data: Collection[str] | None = None
) -> Act:
    """Take consent back, for some categories or (None) all of them; from now on nothing more is disclosed."""
    found = purpose_of(work, purpose, data or work.kit.purposes.get(purpose, _NOBODY).data or ("?",))
    taken = sorted(set(data if data is not None else found.data))
    return _write(work, account_id, "revoke", purpose, recipient, taken, None, found, next(iter(found.text)))


def allowed_data(work: Work, account_id: str, purpose: str, recipient: str, now: datetime) -> frozenset[str]:
    """The categories that the recipient may have for this purpose at `now`."""
    return frozenset(
        category
        for category, expires in _last_words(work, account_id, purpose, recipient).items()
        if expires is not None and expires > now
    )


def allowed(
    work: Work, account_id: str, purpose: str, recipient: str, data: Collection[str], now: datetime
) -> bool:
    """Whether every one of the categories may go to the recipient for this purpose at `now`."""
    return set(data) <= allowed_data(work, account_id, purpose, recipient, now)


def require(work: Work, account_id: str, purpose: str, recipient: str, data: Collection[str]) -> None:
    """Raises ConsentMissing unless all of the categories are allowed now."""
    missing = set(data) - allowed_data(work, account_id, purpose, recipient, work.now)
    if missing:
        raise ConsentMissing(
            f"{', '.join(sorted(missing))} for {purpose} to {recipient}: no consent; ask the rider first"
        )


def disclose(
    work: Work, account_id: str, *, purpose: str, recipient: str, values: Mapping[str, Value]
) -> dict[str, Value]:
    """The gate: of the values by category, those that may leave; what leaves is written down."""
    may = allowed_data(work, account_id, purpose, recipient, work.now)
    leaving = {category: value for category, value in values.items() if category in may}
    if leaving:
        work.connection.execute(
            insert(disclosure).values(
                account_id=account_id, purpose=purpose, recipient=recipient,
                data=json.dumps(sorted(leaving)), at_ms=work.now_ms,
            )
        )  # fmt: skip
    return leaving


def history(work: Work, account_id: str) -> list[Act]:
    """Every act of the account, oldest first."""
    rows = work.connection.execute(
        select(consent).where(consent.c.account_id == account_id).order_by(consent.c.id)
    )
    return [_act(row) for row in rows]


def disclosures(work: Work, account_id: str) -> list[Disclosure]:
    """Everything that left, oldest first."""
    rows = work.connection.execute(
        select(disclosure).where(disclosure.c.account_id == account_id).order_by(disclosure.c.id)
    )
    return [
        Disclosure(row.purpose, row.recipient, tuple(json.loads(row.data)), from_ms(row.at_ms))
        for row in rows
    ]


_NOBODY = Purpose("", "", (), {})


def _last_words(work: Work, account_id: str, purpose: str, recipient: str) -> dict[str, datetime | None]:
    rows = work.connection.execute(
        select(consent.c.data, consent.c.expires_ms)
        .where(
            consent.c.account_id == account_id, consent.c.purpose == purpose, consent.c.recipient == recipient
        )
        .order_by(consent.c.id)
    )
    words: dict[str, datetime | None] = {}
    for row in rows:
        expires = None if row.expires_ms is None else from_ms(row.expires_ms)
        words.update(dict.fromkeys(json.loads(row.data), expires))
    return words


def _write(
    work: Work, account_id: str, act: str, purpose: str, recipient: str, data: list[str],
    expires_ms: int | None, shown: Purpose, language: str,
) -> Act:  # fmt: skip
    row = work.connection.execute(
        insert(consent)
        .values(
            account_id=account_id, act=act, purpose=purpose, recipient=recipient, data=json.dumps(data),
            at_ms=work.now_ms, expires_ms=expires_ms, text_version=shown.version, text_language=language,
            text_sha256=shown.digest(language), actor=work.actor,
        )
        .returning(consent)
    ).one()  # fmt: skip
    audit.append(work, f"consent.{act}", account_id, purpose=purpose, recipient=recipient, data=data)
    return _act(row)


def _act(row: Row[Any]) -> Act:
    return Act(
        row.id, row.act, row.purpose, row.recipient, tuple(json.loads(row.data)), from_ms(row.at_ms),
        None if row.expires_ms is None else from_ms(row.expires_ms), row.text_version, row.text_language,
        row.text_sha256, row.actor,
    )  # fmt: skip
