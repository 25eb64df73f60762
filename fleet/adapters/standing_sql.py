"""Standing orders in SQL, fenced like the journal."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from fleet.adapters.journal_sql import ZoneLease
from fleet.adapters.tables import standing_orders
from fleet.model.standing import StandingOrder
from storage.sql import put

__all__ = ["SqlOrderBook"]

_READ = msgspec.json.Decoder(StandingOrder)


class SqlOrderBook:
    """Implements `fleet.dispatch.standing.OrderBook` for the holder of a zone's lease."""

    def __init__(self, lease: ZoneLease) -> None:
        self._lease = lease

    def save(self, order: StandingOrder) -> None:
        """Write one order; NotOwner once the zone was taken over."""

        def work(connection: Connection) -> None:
            self._lease.require(connection)
            body = msgspec.json.encode(order).decode()
            values = {"ended": int(order.ended), "body": body}
            put(connection, standing_orders, {"zone": self._lease.zone, "id": order.id}, values)

        self._lease.database.run(work)

    def load(self) -> list[StandingOrder]:
        """Every order that has not ended, by id."""
        table = standing_orders
        with self._lease.database.read() as connection:
            rows = connection.execute(
                select(table.c.body)
                .where(table.c.zone == self._lease.zone, table.c.ended == 0)
                .order_by(table.c.id)
            ).scalars()
            return [_READ.decode(body) for body in rows]
