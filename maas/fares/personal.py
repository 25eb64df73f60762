"""What the one ID asks of this package: a person's rides, passes and wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from maas.fares.tables import corporate, held_pass, preference, renewal, ridden
from maas.identity.ports import Json, Kept

__all__ = ["PersonalFares"]

_LAW = "法人税法施行規則 第59条（7年）"


class PersonalFares:
    """Implements `maas.identity.ports.Exporter`, `Eraser` and `Claimer`."""

    name = "fares"

    def export(self, connection: Connection, account_id: str) -> Json:
        """Rides that rules count, passes, employer, wish about points."""
        found: dict[str, Json] = {}
        for name, table in (("rides", ridden), ("passes", held_pass), ("renewals", renewal)):
            rows = connection.execute(select(table).where(table.c.account_id == account_id))
            found[name] = [dict(row._mapping) for row in rows]
        found["employer"] = connection.execute(
            select(corporate.c.rule_id).where(corporate.c.account_id == account_id)
        ).scalar()
        return found

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """What was paid for passes stays in the ledger, without a name."""
        del now
        bought = connection.execute(
            select(held_pass.c.id).where(held_pass.c.account_id == account_id)
        ).first()
        return () if bought is None else (Kept("what was paid for passes, under nobody's name", _LAW, None),)

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Forget rides and wishes; passes become nobody's."""
        kept = self.kept(connection, account_id, now)
        for table in (ridden, corporate, preference, renewal):
            connection.execute(delete(table).where(table.c.account_id == account_id))
        connection.execute(
            update(held_pass).where(held_pass.c.account_id == account_id).values(account_id="")
        )
        return kept

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """A guest's rides and passes are the account's from now on."""
        moved = 0
        for table in (ridden, held_pass, renewal):
            done = connection.execute(
                update(table).where(table.c.account_id == guest_id).values(account_id=account_id)
            )
            moved += int(done.rowcount)
        return moved
