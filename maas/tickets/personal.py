"""What the one ID asks of this package: a person's tickets, to be shown, forgotten or moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from maas.identity.ports import Json, Kept
from maas.identity.sql import from_ms
from maas.tickets.tables import ticket

__all__ = ["PersonalTickets"]


class PersonalTickets:
    """Implements `maas.identity.ports.Exporter`, `Eraser` and `Claimer`."""

    name = "tickets"

    def export(self, connection: Connection, account_id: str) -> Json:
        """Every ticket, without its signature."""
        rows = connection.execute(
            select(ticket).where(ticket.c.holder == account_id).order_by(ticket.c.issued_ms)
        )
        return [
            {"id": r.id, "bundle": r.bundle_id, "part": r.part, "issued": from_ms(r.issued_ms).isoformat(),
             "valid_until": from_ms(r.valid_until_ms).isoformat(), "face": r.face}
            for r in rows
        ]  # fmt: skip

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Nothing: what stays says nothing of the holder."""
        del connection, account_id, now
        return ()

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Tickets stay as numbers, so that readers know them, but are nobody's and have no words."""
        del now
        connection.execute(update(ticket).where(ticket.c.holder == account_id).values(holder="", face="{}"))
        return ()

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """A guest's or caller's tickets are the account's from now on."""
        done = connection.execute(update(ticket).where(ticket.c.holder == guest_id).values(holder=account_id))
        return int(done.rowcount)
