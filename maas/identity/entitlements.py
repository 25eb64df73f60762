"""Entitlements: proven once, kept as yes or no with an expiry and how it was proven; never the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from maas.identity import accounts, audit
from maas.identity.errors import BadIdentityInput, NothingThere
from maas.identity.model import EntitlementKind, EntitlementRule, Method
from maas.identity.people_tables import entitlement
from maas.identity.sealing import new_id
from maas.identity.sql import from_ms, to_ms
from maas.identity.work import Work

__all__ = ["Entitlement", "Proof", "held", "judge", "list_entitlements", "prove", "revoke"]

YEARS_MAX = 10


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A yes or no that holds until `expires`."""

    id: str
    kind: EntitlementKind
    holds: bool
    method: Method
    proven: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check came to."""

    kind: EntitlementKind
    holds: bool
    expires: datetime


def prove(work: Work, account_id: str, proof: Proof, method: Method) -> Entitlement:
    """Keep a check's outcome; an older one of the kind ends. Raises BadIdentityInput, NothingThere."""
    if not work.now < proof.expires <= work.now + timedelta(days=366 * YEARS_MAX):
        raise BadIdentityInput(
            f"expires: {proof.expires.isoformat()} is past or more than {YEARS_MAX} years away"
        )
    accounts.get(work, account_id)
    work.connection.execute(
        update(entitlement)
        .where(
            entitlement.c.account_id == account_id, entitlement.c.kind == proof.kind.value,
            entitlement.c.revoked_ms.is_(None),
        )
        .values(revoked_ms=work.now_ms)
    )  # fmt: skip
    made = Entitlement(
        new_id(work.kit.random, "ent"), proof.kind, proof.holds, method, work.now, proof.expires
    )
    work.connection.execute(
        insert(entitlement).values(
            id=made.id, account_id=account_id, kind=proof.kind.value, holds=proof.holds, method=method.value,
            proven_ms=work.now_ms, expires_ms=to_ms(proof.expires),
        )
    )  # fmt: skip
    audit.append(
        work, "entitlement.proven", account_id, entitlement=proof.kind.value, holds=proof.holds,
        method=method.value,
    )  # fmt: skip
    return made


def revoke(work: Work, account_id: str, id_: str) -> None:
    """End an entitlement before its time. Raises NothingThere."""
    ended = work.connection.execute(
        update(entitlement)
        .where(
            entitlement.c.id == id_,
            entitlement.c.account_id == account_id,
            entitlement.c.revoked_ms.is_(None),
        )
        .values(revoked_ms=work.now_ms)
        .returning(entitlement.c.kind)
    ).first()
    if ended is None:
        raise NothingThere(f"account {account_id!r} has no entitlement {id_!r}")
    audit.append(work, "entitlement.revoked", account_id, entitlement=ended.kind)


def list_entitlements(work: Work, account_id: str) -> list[Entitlement]:
    """What was proven, yes or no, and neither expired nor was revoked; by kind."""
    rows = work.connection.execute(
        select(entitlement)
        .where(
            entitlement.c.account_id == account_id, entitlement.c.revoked_ms.is_(None),
            entitlement.c.expires_ms > work.now_ms,
        )
        .order_by(entitlement.c.kind, entitlement.c.proven_ms)
    )  # fmt: skip
    return [
        Entitlement(
            row.id, EntitlementKind(row.kind), row.holds, Method(row.method), from_ms(row.proven_ms),
            from_ms(row.expires_ms),
        )
        for row in rows
    ]  # fmt: skip


def held(work: Work, account_id: str) -> frozenset[EntitlementKind]:
    """The entitlements that the account has now: what fares and dispatch ask for."""
    return frozenset(each.kind for each in list_entitlements(work, account_id) if each.holds)


def judge(rules: Iterable[EntitlementRule], attributes: Mapping[str, Any], now: datetime) -> list[Proof]:
    """Turn a broker's attributes into yes or no; an attribute that is missing or malformed proves nothing."""
    found = []
    for rule in rules:
        if rule.attribute in attributes:
            proof = _judge(rule, attributes[rule.attribute], now)
            if proof is not None:
                found.append(proof)
    return found


def _judge(rule: EntitlementRule, value: Any, now: datetime) -> Proof | None:
    expires = now + timedelta(days=rule.days)
    if rule.test == "is_true":
        return Proof(rule.kind, value, expires) if isinstance(value, bool) else None
    if rule.test == "equals":
        return Proof(rule.kind, value == rule.value, expires) if isinstance(value, str) else None
    born = _birth_date(value)
    if born is None:
        return None
    birthday = _midnight(_birthday(born, int(rule.value)))
    if rule.test == "age_at_least":
        holds = now >= birthday
        return Proof(rule.kind, holds, expires if holds else min(expires, birthday))
    if rule.test == "age_below":
        holds = now < birthday
        return Proof(rule.kind, holds, min(expires, birthday) if holds else expires)
    raise BadIdentityInput(f"rule test {rule.test!r}; write is_true, equals, age_at_least or age_below")


def _birth_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _birthday(born: date, years: int) -> date:
    """The day on which somebody becomes that old; of 29 February, 1 March where there is no leap day."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
