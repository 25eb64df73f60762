"""Operators' own IDs on the one ID: IC card, share-cycle member, clinic card.

Of a number only HMAC-SHA256 under a server key is kept: card numbers are short, a plain hash of them could
be searched in minutes. The same card hashes differently for each operator, so that operators cannot compare.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from maas.identity import audit, rates
from maas.identity.errors import BadIdentityInput, Conflict, NothingThere
from maas.identity.model import LinkKind
from maas.identity.people_tables import link
from maas.identity.sealing import new_id
from maas.identity.work import Work
from storage.database import is_unique_violation

__all__ = ["Link", "add", "find_account", "list_links", "remove"]

NUMBER_LETTERS_MIN = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A card or membership that belongs to the account; `label` is the rider's own word for it."""

    id: str
    kind: LinkKind
    operator: str
    label: str
    linked_ms: int


def add(
    work: Work, account_id: str, kind: LinkKind, operator: str, number: str, *, label: str, network: str
) -> Link:
    """Link a number. Raises BadIdentityInput; Conflict where it is linked already (to whom is not told).

    Attempts are counted (RateLimited), because a Conflict tells that somebody has the card.
    """
    rates.count(work, "link", network, work.kit.settings.attempts_per_hour)
    made = Link(new_id(work.kit.random, "lnk"), kind, operator, label, work.now_ms)
    try:
        with work.connection.begin_nested():
            work.connection.execute(
                insert(link).values(
                    id=made.id, account_id=account_id, kind=kind.value, operator=operator,
                    number_hash=_hash(work, kind, operator, number), label=label, linked_ms=work.now_ms,
                )
            )  # fmt: skip
    except IntegrityError as error:
        if is_unique_violation(error, "identity_link.number_hash"):
            raise Conflict("number: it is linked to an account already; unlink it there first") from None
        raise
    audit.append(work, "link.added", account_id, link=kind.value, operator=operator)
    return made


def remove(work: Work, account_id: str, link_id: str) -> None:
    """Unlink; nothing of the number stays. Raises NothingThere."""
    gone = work.connection.execute(
        delete(link)
        .where(link.c.id == link_id, link.c.account_id == account_id)
        .returning(link.c.kind, link.c.operator)
    ).first()
    if gone is None:
        raise NothingThere(f"no card of yours has the id {link_id!r}")
    audit.append(work, "link.removed", account_id, link=gone.kind, operator=gone.operator)


def list_links(work: Work, account_id: str) -> list[Link]:
    """The account's cards and memberships, oldest first."""
    rows = work.connection.execute(
        select(link).where(link.c.account_id == account_id).order_by(link.c.linked_ms, link.c.id)
    )
    return [Link(row.id, LinkKind(row.kind), row.operator, row.label, row.linked_ms) for row in rows]


def find_account(work: Work, kind: LinkKind, operator: str, number: str) -> str | None:
    """Whose card was tapped; None where nobody linked it."""
    found = work.connection.execute(
        select(link.c.account_id).where(link.c.number_hash == _hash(work, kind, operator, number))
    ).scalar()
    return None if found is None else str(found)


def _hash(work: Work, kind: LinkKind, operator: str, number: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())
    if len(plain) < NUMBER_LETTERS_MIN:
        raise BadIdentityInput(
            f"number: at least {NUMBER_LETTERS_MIN} letters or digits; copy it from the card"
        )
    return work.kit.seals.keyed("link", kind.value, operator, plain)
