"""What the one ID asks of this package: a person's devices and what they were told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from maas.identity.ports import Json, Kept
from maas.telling.tables import device, news

__all__ = ["PersonalPushes"]


class PersonalPushes:
    """Implements `maas.identity.ports.Exporter`, `Eraser` and `Claimer`."""

    name = "notifications"

    def export(self, connection: Connection, account_id: str) -> Json:
        """Devices (not the keys that messages are sealed with) and what they were told of."""
        devices = connection.execute(select(device).where(device.c.account_id == account_id))
        told = connection.execute(select(news).where(news.c.account_id == account_id))
        return {
            "devices": [{"endpoint": r.endpoint, "language": r.language, "at_ms": r.at_ms} for r in devices],
            "told": [
                {"bundle": r.bundle_id, "what": r.what, "facts": r.facts, "state": r.state} for r in told
            ],
        }

    def kept(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Nothing has to stay."""
        del connection, account_id, now
        return ()

    def erase(self, connection: Connection, account_id: str, now: datetime) -> tuple[Kept, ...]:
        """Forget devices and news."""
        del now
        for table in (device, news):
            connection.execute(delete(table).where(table.c.account_id == account_id))
        return ()

    def claim(self, connection: Connection, guest_id: str, account_id: str) -> int:
        """A guest's browser is told no more: whoever claims the bookings asks for it on their own device."""
        del account_id
        for table in (device, news):
            connection.execute(delete(table).where(table.c.account_id == guest_id))
        return 0
