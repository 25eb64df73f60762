"""Who may do what: roles, each for one organisation or (with an empty one) for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from maas.identity import accounts, audit
from maas.identity.errors import BadIdentityInput, Conflict, NothingThere
from maas.identity.model import AccountKind, Role
from maas.identity.people_tables import role as role_table
from maas.identity.sealing import new_id
from maas.identity.sql import was_inserted
from maas.identity.work import Work

__all__ = ["Membership", "create_administrator", "grant", "memberships", "revoke", "roles_of"]

_INBORN = frozenset({Role.RESIDENT, Role.GUEST})
_OF_AN_ORGANISATION = frozenset({Role.OPERATOR, Role.PUBLISHER, Role.SHOP})


@dataclass(frozen=True, slots=True)
class Membership:
    """A role that an account holds."""

    id: str
    role: Role
    organisation: str


def memberships(work: Work, account_id: str) -> list[Membership]:
    """The roles that were granted and not revoked, oldest first."""
    rows = work.connection.execute(
        select(role_table)
        .where(role_table.c.account_id == account_id, role_table.c.revoked_ms.is_(None))
        .order_by(role_table.c.granted_ms, role_table.c.id)
    )
    return [Membership(row.id, Role(row.role), row.organisation) for row in rows]


def roles_of(kind: AccountKind, held: list[Membership]) -> frozenset[Role]:
    """Every role: a person is a resident, others are guests, and what was granted comes on top."""
    inborn = Role.RESIDENT if kind is AccountKind.PERSON else Role.GUEST
    return frozenset({inborn, *(membership.role for membership in held)})


def grant(work: Work, account_id: str, role: Role, organisation: str = "") -> Membership:
    """Give a role. Raises NothingThere, BadIdentityInput, or Conflict where the account has it already."""
    found = accounts.get(work, account_id)
    if role in _INBORN or found.kind is not AccountKind.PERSON:
        raise BadIdentityInput(f"role: {role.value!r} cannot be granted to a {found.kind.value} account")
    if role in _OF_AN_ORGANISATION and not organisation:
        raise BadIdentityInput(f"organisation: a {role.value} acts for one; name it")
    row = {
        "id": new_id(work.kit.random, "rol"),
        "account_id": account_id,
        "role": role.value,
        "organisation": organisation,
        "granted_ms": work.now_ms,
    }
    if not was_inserted(work.connection, role_table, row):
        raise Conflict(f"the account is {role.value} of {organisation or 'all'} already")
    audit.append(work, "role.granted", account_id, role=role.value, organisation=organisation)
    return Membership(str(row["id"]), role, organisation)


def revoke(work: Work, account_id: str, role_id: str) -> None:
    """Take a role away. Raises NothingThere, or Conflict for the last administrator."""
    row = _taken(work, account_id, role_id)
    if row is None:
        raise NothingThere(f"account {account_id!r} has no role {role_id!r}")
    if row.role == Role.ADMINISTRATOR.value and _administrators(work) == 0:
        raise Conflict("this is the last administrator; grant the role to somebody else first")
    audit.append(work, "role.revoked", account_id, role=row.role, organisation=row.organisation)


def create_administrator(work: Work, email: str) -> str:
    """Make the account of that address an administrator, making the account if need be; its id.

    For the command line on the server: whoever may run it is trusted. Raises BadIdentityInput, Conflict.
    """
    normal = accounts.normal_email(email)
    found = accounts.find_by_email(work, normal)
    made = found or accounts.create(work, AccountKind.PERSON, language="ja", email=normal)
    grant(work, made.id, Role.ADMINISTRATOR)
    return made.id


def _taken(work: Work, account_id: str, role_id: str) -> Any:
    return work.connection.execute(
        update(role_table)
        .where(
            role_table.c.id == role_id,
            role_table.c.account_id == account_id,
            role_table.c.revoked_ms.is_(None),
        )
        .values(revoked_ms=work.now_ms)
        .returning(role_table.c.role, role_table.c.organisation)
    ).first()


def _administrators(work: Work) -> int:
    query = select(func.count()).where(
        role_table.c.role == Role.ADMINISTRATOR.value, role_table.c.revoked_ms.is_(None)
    )
    return int(work.connection.execute(query).scalar_one())
