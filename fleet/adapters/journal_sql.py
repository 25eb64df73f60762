"""A zone's lease and journal in SQL: one dispatcher owns a zone, and what it confirmed outlives it.

The lease ends by the database's clock, so that the clocks of two processes need not agree. That clock may be
put back (SQLite reads its machine's): a lease that would last longer than any may has been written by a clock
that was ahead, and counts as over, else a dead owner would hold the zone until then. Every change of
owner raises the fence; every write of the journal is conditional on it, so that a dispatcher that slept
through the end of its lease can no longer write (Kleppmann, "How to do distributed locking", 2016).
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from fleet.adapters.tables import breaches as breach_table
from fleet.adapters.tables import plans as plan_table
from fleet.adapters.tables import rides as ride_table
from fleet.adapters.tables import zones
from fleet.errors import NotOwner
from fleet.model.ride import Breach, PlanRow, Ride, RideState
from storage.database import Database
from storage.sql import database_now_ms, insert_new, put

__all__ = ["LEASE_S_MAX", "SqlJournal", "ZoneLease"]

_OPEN = [state.value for state in RideState if state.open]
_READ_RIDE, _READ_PLAN = msgspec.json.Decoder(Ride), msgspec.json.Decoder(PlanRow)
_READ_BREACH = msgspec.json.Decoder(Breach)


LEASE_S_MAX = 30.0
"""No lease may be longer; with `_SKEW_S` of grace, so long a dead owner's zone stays shut at most."""
_SKEW_S = 5.0


class ZoneLease:
    """One process's claim to one zone, for `ttl_s` seconds at a time; ValueError above LEASE_S_MAX."""

    def __init__(self, database: Database, zone: str, owner: str, ttl_s: float = 10.0) -> None:
        if not 0 < ttl_s <= LEASE_S_MAX:
            raise ValueError(f"ttl_s: {ttl_s:g} s, must be above 0 and at most {LEASE_S_MAX:g}")
        self.database = database
        self.zone = zone
        self.owner = owner
        self.ttl_s = ttl_s
        self.fence = 0

    def acquire(self) -> bool:
        """Take the zone if nobody holds it (any longer); False while another does."""
        self.fence = self.database.run(self._acquire)
        return self.fence > 0

    def renew(self) -> None:
        """Hold the zone for another `ttl_s`; NotOwner if it was taken over."""
        self.database.run(self.require)

    def release(self) -> None:
        """Give the zone up at once, so that another need not wait for the lease to end."""

        def work(connection: Connection) -> None:
            mine = (zones.c.zone == self.zone) & (zones.c.fence == self.fence)
            connection.execute(update(zones).where(mine).values(until_ms=0))

        self.database.run(work)

    def require(self, connection: Connection) -> None:
        """Within a transaction: the zone is still ours, and stays so until it ends. Extends the lease."""
        mine = (zones.c.zone == self.zone) & (zones.c.fence == self.fence)
        done = connection.execute(update(zones).where(mine).values(until_ms=self._until()))
        if done.rowcount != 1:
            raise NotOwner(f"zone {self.zone}: another dispatcher has taken it over from {self.owner}")

    def _until(self) -> ColumnElement[int]:
        return database_now_ms() + int(self.ttl_s * 1000)

    def _acquire(self, connection: Connection) -> int:
        connection.execute(
            insert_new(connection, zones).values(zone=self.zone, owner="", fence=0, until_ms=0)
        )
        now_ms, longest_ms = database_now_ms(), int((LEASE_S_MAX + _SKEW_S) * 1000)
        over = (zones.c.until_ms < now_ms) | (zones.c.until_ms > now_ms + longest_ms)
        free = (zones.c.zone == self.zone) & over
        values = {"owner": self.owner, "fence": zones.c.fence + 1, "until_ms": self._until()}
        if connection.execute(update(zones).where(free).values(**values)).rowcount != 1:
            return 0
        return int(connection.execute(select(zones.c.fence).where(zones.c.zone == self.zone)).scalar_one())


class SqlJournal:
    """Implements `fleet.dispatch.ports.Journal` for the holder of a lease."""

    def __init__(self, lease: ZoneLease) -> None:
        self._lease = lease
        self._database = lease.database
        self._zone = lease.zone

    def save(self, rides: list[Ride], plans: list[PlanRow], breaches: list[Breach]) -> None:
        """Write all of it in one transaction; NotOwner, and nothing written, once the zone was taken over."""

        def work(connection: Connection) -> None:
            self._lease.require(connection)
            for ride in rides:
                values = {"state": ride.state.value, "version": ride.version, "body": _json(ride)}
                put(connection, ride_table, {"zone": self._zone, "id": ride.id}, values)
            for plan in plans:
                key = {"zone": self._zone, "vehicle": plan.vehicle_id}
                put(connection, plan_table, key, {"version": plan.version, "body": _json(plan)})
            if breaches:
                rows = [{"zone": self._zone, "ride": b.ride_id, "body": _json(b)} for b in breaches]
                connection.execute(breach_table.insert(), rows)

        self._database.run(work)

    def load(self) -> tuple[list[Ride], list[PlanRow]]:
        """Every ride that is not over, and the last plan of each vehicle."""
        with self._database.read() as connection:
            open_rides = connection.execute(
                select(ride_table.c.body)
                .where(ride_table.c.zone == self._zone, ride_table.c.state.in_(_OPEN))
                .order_by(ride_table.c.id)
            ).scalars()
            rides = [_READ_RIDE.decode(body) for body in open_rides]
            rows = connection.execute(
                select(plan_table.c.body)
                .where(plan_table.c.zone == self._zone)
                .order_by(plan_table.c.vehicle)
            ).scalars()
            return rides, [_READ_PLAN.decode(body) for body in rows]

    def ride(self, ride_id: str) -> Ride | None:
        """One ride, over or not."""
        with self._database.read() as connection:
            body = connection.execute(
                select(ride_table.c.body).where(ride_table.c.zone == self._zone, ride_table.c.id == ride_id)
            ).scalar()
        return None if body is None else _READ_RIDE.decode(body)

    def breaches(self) -> list[Breach]:
        """Every breach of the zone, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(breach_table.c.body)
                .where(breach_table.c.zone == self._zone)
                .order_by(breach_table.c.id)
            ).scalars()
            return [_READ_BREACH.decode(body) for body in rows]


def _json(value: Ride | PlanRow | Breach) -> str:
    return msgspec.json.encode(value).decode()
