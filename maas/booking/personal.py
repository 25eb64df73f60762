"""What bundles know of a person: exported, forgotten, and moved when a guest's bookings are claimed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from maas.booking import store
from maas.booking.tables import bundle as table
from maas.identity.ports import Json, Kept

__all__ = ["PersonalBundles"]

_LAW = "法人税法施行規則 第59条 (7 years), 消費税法 第30条 (7 years)"


class PersonalBundles:
    """Implements the one ID's Exporter, Eraser and Claimer."""

    name = "bundles"

    def export(self, connection: Connection, account_id: str) -> Json:
        """Every bundle, with its parts."""
        found = store.bundles_of(connection, account_id, limit=10_000, offset=0)
        return [msgspec.to_builtins(bundle) for bundle in found]

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """What was paid has to be kept, without whose it was."""
        del now
        count = connection.execute(
            select(func.count()).where(table.c.subject == account_id, table.c.state != "held")
        ).scalar_one()
        return (Kept(f"{count} bundles, no longer under the person's name", _LAW, None),) if count else ()

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Take the person off every bundle."""
        kept = self.kept(connection, account_id, now)
        mine = select(table.c.id).where(table.c.subject == account_id)
        for bundle_id in list(connection.execute(mine).scalars()):
            # The request keys of one subject are unique, so each bundle gets a nobody of its own.
            connection.execute(
                update(table).where(table.c.id == bundle_id).values(subject=f"erased:{bundle_id[4:44]}")
            )
        return kept

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """Move everything of the guest to the account."""
        done = connection.execute(
            update(table)
            .where(table.c.subject == guest_id)
            .values(subject=account_id, request_key=table.c.id)
        )
        return int(done.rowcount)
