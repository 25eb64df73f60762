"""All my data, and nothing of it any more: export and erasure.

Other packages join through the ports `Exporter` and `Eraser`. What a law makes us keep is shown before and
after an erasure, with the law and the day on which it ends. The audit trail, the consent acts and the record
of disclosures stay, under an account id that no longer leads to anybody.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, insert, select, update

from maas.identity import (
    accounts,
    audit,
    consents,
    entitlements,
    links,
    passkeys,
    proxies,
    roles,
    sessions,
    trips,
)
from maas.identity.errors import Conflict
from maas.identity.model import Role
from maas.identity.people_tables import (
    account,
    claim,
    entitlement,
    erasure,
    link,
    mail_link,
    passkey,
    proxy,
    session,
)
from maas.identity.people_tables import role as role_table
from maas.identity.ports import Json, Kept
from maas.identity.provider import grants
from maas.identity.provider_tables import broker_flow, broker_subject, code, device, grant
from maas.identity.sql import optional_iso
from maas.identity.work import Work

__all__ = ["erase", "export", "kept"]

_APPI = "個人情報の保護に関する法律 第29条・同施行規則 第21条（第三者提供の記録：3年）"
_APPI_DAYS = 3 * 366
_AUDIT_COUNT = 10_000


def export(work: Work, account_id: str) -> dict[str, Json]:
    """Everything about the account, ready for JSON; written to the audit trail. Raises NothingThere."""
    found = accounts.get(work, account_id)
    audit.append(work, "data.exported", account_id)
    own: dict[str, Json] = {
        "account": asdict(found) | {"created": optional_iso(found.created_ms)},
        "bookings_of": list(accounts.owners(work, account_id)),
        "passkeys": [asdict(each) for each in passkeys.list_passkeys(work, account_id)],
        "sessions": [asdict(each) for each in sessions.list_open(work, account_id)],
        "roles": [asdict(each) for each in roles.memberships(work, account_id)],
        "entitlements": [asdict(each) for each in entitlements.list_entitlements(work, account_id)],
        "consents": [asdict(each) for each in consents.history(work, account_id)],
        "disclosures": [asdict(each) for each in consents.disclosures(work, account_id)],
        "links": [asdict(each) for each in links.list_links(work, account_id)],
        "proxies": [asdict(each) for each in proxies.list_proxies(work, account_id)],
        "applications": [asdict(each) for each in grants.applications(work, account_id)],
        "trips": [asdict(each) for each in trips.list_trips(work, account_id)],
        "audit": [asdict(each) for each in audit.entries(work, subject=account_id, count=_AUDIT_COUNT)],
    }
    others = {each.name: each.export(work.connection, account_id) for each in work.kit.exporters}
    return {"exported": work.now.isoformat(), "identity": _plain(own), **others}


def kept(work: Work, account_id: str) -> tuple[Kept, ...]:
    """What an erasure would leave, by which law and until when; changes nothing."""
    others = [
        each
        for eraser in work.kit.erasers
        for owner in accounts.owners(work, account_id)
        for each in eraser.kept(work.connection, owner, work.now)
    ]
    return (*_own_kept(work, account_id), *others)


def erase(work: Work, account_id: str) -> tuple[Kept, ...]:
    """Forget the person, with the guests they have claimed; what stays. Raises NothingThere, Conflict."""
    accounts.get(work, account_id)
    if any(held.role is Role.ADMINISTRATOR for held in roles.memberships(work, account_id)):
        raise Conflict("an administrator cannot vanish; have the role taken away first")
    stays = list(_own_kept(work, account_id))
    for owner in accounts.owners(work, account_id):
        for eraser in work.kit.erasers:
            stays += eraser.erase(work.connection, owner, work.now)
        _erase_one(work, owner)
    work.connection.execute(
        insert(erasure).values(
            account_id=account_id,
            at_ms=work.now_ms,
            kept=json.dumps(_plain([asdict(each) for each in stays])),
        )
    )
    audit.append(work, "account.erased", account_id)
    return tuple(stays)


def _erase_one(work: Work, account_id: str) -> None:
    run = work.connection.execute
    trips.forget(work, account_id)
    email = run(select(account.c.email).where(account.c.id == account_id)).scalar()
    if email is not None:
        run(delete(mail_link).where(mail_link.c.email == email))
    for grant_id in run(select(grant.c.id).where(grant.c.account_id == account_id)).scalars().all():
        grants.revoke(work, grant_id, "erased")
    theirs: tuple[tuple[Table, str], ...] = (
        (passkey, "account_id"), (session, "account_id"), (role_table, "account_id"), (claim, "guest_id"),
        (proxy, "rider_id"), (proxy, "proxy_id"), (entitlement, "account_id"), (link, "account_id"),
        (mail_link, "account_id"), (code, "account_id"), (device, "account_id"), (broker_flow, "account_id"),
        (broker_subject, "account_id"),
    )  # fmt: skip
    for table, column in theirs:
        run(delete(table).where(table.c[column] == account_id))
    run(
        update(account)
        .where(account.c.id == account_id)
        .values(email=None, name=None, phone=None, handle=f"erased-{account_id}"[:64], erased_ms=work.now_ms)
    )


def _own_kept(work: Work, account_id: str) -> tuple[Kept, ...]:
    """Records of what was given to others are kept for three years from the last one."""
    last = [each.at for each in consents.disclosures(work, account_id)]
    last += [each.at for each in consents.history(work, account_id)]
    if not last:
        return ()
    until = (max(last) + timedelta(days=_APPI_DAYS)).date()
    return (Kept("consents and disclosures, under an id that leads to nobody", _APPI, until),)


def _plain(value: Json) -> Json:
    """Dates as ISO 8601, tuples as lists; milliseconds stay numbers named `…_ms`."""
    return json.loads(json.dumps(value, default=_text))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
