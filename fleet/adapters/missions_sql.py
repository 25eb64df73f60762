"""Missions and incidents of devices in SQL, fenced by the zone's lease like the journal of rides."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from fleet.adapters.journal_sql import ZoneLease
from fleet.adapters.tables import incidents as incident_table
from fleet.adapters.tables import missions as table
from fleet.model.incident import Incident, IncidentState
from fleet.model.mission import Mission, MissionState
from storage.sql import put

__all__ = ["SqlMissionJournal"]

_OPEN = [state.value for state in MissionState if state.open]
_READ_MISSION, _READ_INCIDENT = msgspec.json.Decoder(Mission), msgspec.json.Decoder(Incident)


class SqlMissionJournal:
    """Implements `fleet.personal.ports.MissionJournal` for the holder of a lease."""

    def __init__(self, lease: ZoneLease) -> None:
        self._lease = lease

    def save(self, missions: list[Mission], incidents: Sequence[Incident] = ()) -> None:
        """Write all of them in one transaction; NotOwner, and nothing written, once the zone is another's."""

        def work(connection: Connection) -> None:
            self._lease.require(connection)
            for mission in missions:
                body = msgspec.json.encode(mission).decode()
                values = {"state": mission.state.value, "version": mission.version, "body": body}
                put(connection, table, {"zone": self._lease.zone, "id": mission.id}, values)
            for one in incidents:
                body = msgspec.json.encode(one).decode()
                values = {"state": one.state.value, "body": body}
                put(connection, incident_table, {"zone": self._lease.zone, "id": one.id}, values)

        self._lease.database.run(work)

    def load(self) -> list[Mission]:
        """Every mission that is not over, by id."""
        mine = (table.c.zone == self._lease.zone) & table.c.state.in_(_OPEN)
        with self._lease.database.read() as connection:
            bodies = connection.execute(select(table.c.body).where(mine).order_by(table.c.id)).scalars()
            return [_READ_MISSION.decode(body) for body in bodies]

    def incidents(self) -> list[Incident]:
        """Every incident that is not resolved, and the last one, by id."""
        mine = incident_table.c.zone == self._lease.zone
        last = select(func.max(incident_table.c.id)).where(mine).scalar_subquery()
        wanted = (incident_table.c.state != IncidentState.RESOLVED.value) | (incident_table.c.id == last)
        query = select(incident_table.c.body).where(mine & wanted).order_by(incident_table.c.id)
        with self._lease.database.read() as connection:
            return [_READ_INCIDENT.decode(body) for body in connection.execute(query).scalars()]

    def mission(self, mission_id: str) -> Mission | None:
        """One mission, over or not."""
        mine = (table.c.zone == self._lease.zone) & (table.c.id == mission_id)
        with self._lease.database.read() as connection:
            body = connection.execute(select(table.c.body).where(mine)).scalar()
        return None if body is None else _READ_MISSION.decode(body)
