"""Family: a rider lets somebody book for them, see their trips, or both. Invited, accepted, revocable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from maas.identity import accounts, audit, rates
from maas.identity.errors import BadIdentityInput, CodeRefused, NothingThere
from maas.identity.model import AccountKind
from maas.identity.people_tables import account, proxy
from maas.identity.sealing import CLAIM_LETTERS, new_id, short_code, token_hash, typed_code
from maas.identity.work import Work

__all__ = ["Invitation", "Proxy", "accept", "invite", "list_proxies", "may_book_for", "may_see", "revoke"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who may act for whom. `proxy_id` is None until the invitation is accepted."""

    id: str
    rider_id: str
    proxy_id: str | None
    may_book_for: bool
    may_see: bool
    label: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A proxy to be, and the code to tell them (shown once)."""

    proxy: Proxy
    code: str


def invite(work: Work, rider_id: str, *, may_book_for: bool, may_see: bool, label: str) -> Invitation:
    """Make an invitation. Raises BadIdentityInput where it would allow nothing."""
    if not (may_book_for or may_see):
        raise BadIdentityInput("may_book_for, may_see: both are false; a proxy needs at least one of them")
    if accounts.get(work, rider_id).kind is not AccountKind.PERSON:
        raise BadIdentityInput("a guest cannot have a proxy; sign in first")
    code = short_code(work.kit.random, CLAIM_LETTERS, groups=3)
    made = Proxy(new_id(work.kit.random, "prx"), rider_id, None, may_book_for, may_see, label)
    work.connection.execute(
        insert(proxy).values(
            id=made.id, code_hash=token_hash(typed_code(code)), rider_id=rider_id, may_book_for=may_book_for,
            may_see=may_see, label=label, invited_ms=work.now_ms,
            expires_ms=work.until_ms(work.kit.settings.invitation_s),
        )
    )  # fmt: skip
    audit.append(work, "proxy.invited", rider_id, proxy=made.id, may_book_for=may_book_for, may_see=may_see)
    return Invitation(made, code)


def accept(work: Work, proxy_id: str, code: str, *, network: str) -> Proxy:
    """The account `proxy_id` accepts an invitation. Raises CodeRefused, RateLimited."""
    rates.count(work, "invitation", network, work.kit.settings.attempts_per_hour)
    if accounts.get(work, proxy_id).kind is not AccountKind.PERSON:
        raise BadIdentityInput("a guest cannot act for others; sign in first")
    row = work.connection.execute(
        update(proxy)
        .where(
            proxy.c.code_hash == token_hash(typed_code(code)), proxy.c.accepted_ms.is_(None),
            proxy.c.revoked_ms.is_(None), proxy.c.expires_ms > work.now_ms, proxy.c.rider_id != proxy_id,
        )
        .values(proxy_id=proxy_id, accepted_ms=work.now_ms)
        .returning(proxy)
    ).first()  # fmt: skip
    if row is None:
        raise CodeRefused(
            "invitation: unknown, used, revoked, too old, or your own; ask the rider for a new one"
        )
    audit.append(work, "proxy.accepted", row.rider_id, proxy=row.id)
    return _proxy(row)


def revoke(work: Work, account_id: str, id_: str) -> None:
    """End it, by the rider or by the proxy. Raises NothingThere."""
    ended = work.connection.execute(
        update(proxy)
        .where(
            proxy.c.id == id_, proxy.c.revoked_ms.is_(None),
            or_(proxy.c.rider_id == account_id, proxy.c.proxy_id == account_id),
        )
        .values(revoked_ms=work.now_ms)
        .returning(proxy.c.rider_id)
    ).first()  # fmt: skip
    if ended is None:
        raise NothingThere(f"no proxy of yours has the id {id_!r}")
    audit.append(work, "proxy.revoked", ended.rider_id, proxy=id_)


def list_proxies(work: Work, account_id: str) -> list[Proxy]:
    """Every proxy that stands or is invited, in which the account is the rider or the proxy."""
    rows = work.connection.execute(
        select(proxy)
        .where(
            or_(proxy.c.rider_id == account_id, proxy.c.proxy_id == account_id), proxy.c.revoked_ms.is_(None),
            or_(proxy.c.accepted_ms.is_not(None), proxy.c.expires_ms > work.now_ms),
        )
        .order_by(proxy.c.invited_ms, proxy.c.id)
    )  # fmt: skip
    return [_proxy(row) for row in rows]


def may_book_for(work: Work, proxy_id: str, rider_id: str) -> bool:
    """Whether the account may book for the rider now."""
    return _allows(work, proxy_id, rider_id, proxy.c.may_book_for)


def may_see(work: Work, proxy_id: str, rider_id: str) -> bool:
    """Whether the account may see what the rider has booked."""
    return _allows(work, proxy_id, rider_id, proxy.c.may_see)


def _allows(work: Work, proxy_id: str, rider_id: str, what: Any) -> bool:
    query = (
        select(proxy.c.id)
        .join(account, account.c.id == proxy.c.rider_id)
        .where(
            proxy.c.proxy_id == proxy_id, proxy.c.rider_id == rider_id, proxy.c.accepted_ms.is_not(None),
            proxy.c.revoked_ms.is_(None), account.c.erased_ms.is_(None), what,
        )
    )  # fmt: skip
    return work.connection.execute(query).first() is not None


def _proxy(row: Row[Any]) -> Proxy:
    return Proxy(row.id, row.rider_id, row.proxy_id, row.may_book_for, row.may_see, row.label)
