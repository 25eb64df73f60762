"""What the one ID asks of this package: a person's data, to be shown, forgotten or moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from maas.identity.ports import Json, Kept
from maas.payers.tables import method, payer, setup

__all__ = ["PersonalPayers"]


class PersonalPayers:
    """Implements `maas.identity.ports.Exporter`, `Eraser` and `Claimer`."""

    name = "payment_methods"

    def export(self, connection: Connection, account_id: str) -> Json:
        """Saved cards, without the processor's tokens."""
        rows = connection.execute(select(method).where(method.c.account_id == account_id))
        return [{"id": r.id, "brand": r.brand, "last4": r.last4, "expires": r.expires} for r in rows]

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Nothing of a card stays; payments are told of by who keeps them."""
        del connection, account_id, now
        return ()

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Forget cards and the pseudonym that led to the processor's customer."""
        del now
        for table in (method, setup, payer):
            connection.execute(delete(table).where(table.c.account_id == account_id))
        return ()

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """A guest's cards stay behind: who claims a booking need not be who paid for it."""
        del account_id
        connection.execute(delete(method).where(method.c.account_id == guest_id))
        connection.execute(update(setup).where(setup.c.account_id == guest_id).values(method_id=None))
        return 0
