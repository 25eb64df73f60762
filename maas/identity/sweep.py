"""Housekeeping: what has expired and is of no use any more is deleted, trips fade, keys take turns."""

from __future__ import annotations

from sqlalchemy import Table, delete, select

from maas.identity import keys, trips
from maas.identity.people_tables import ceremony, claim, mail_link, rate, session
from maas.identity.provider_tables import assertion, broker_flow, code, device, grant, refresh, revoked_token
from maas.identity.trips import Faded
from maas.identity.work import Work

__all__ = ["sweep"]

DAY_MS = 86_400_000
_EXPIRING: tuple[Table, ...] = (
    ceremony, mail_link, session, rate, claim, assertion, code, refresh, revoked_token, device, broker_flow,
)  # fmt: skip


def sweep(work: Work) -> Faded:
    """Run once a day or so. A day of grace lets a reuse still be told from a token that never was."""
    before_ms = work.now_ms - DAY_MS
    for table in _EXPIRING:
        work.connection.execute(delete(table).where(table.c.expires_ms < before_ms))
    used = select(refresh.c.grant_id).where(refresh.c.grant_id == grant.c.id).exists()
    work.connection.execute(delete(grant).where(grant.c.expires_ms < before_ms, ~used))
    keys.rotate_if_old(work)
    return trips.fade(work)
