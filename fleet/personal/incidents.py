"""Devices that need a person: fallen, stuck, tampered with, a suspicious object, gone out of the zone."""

from __future__ import annotations

import msgspec

from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.incident import SEVERITY, Incident, IncidentState
from fleet.model.mission import MissionState
from fleet.personal.desk import Desk
from fleet.personal.state import DeviceMode, DeviceState

__all__ = ["Incidents"]


class Incidents:
    """The queue, written down before anything is done. Safe to call from several threads."""

    def __init__(self, state: DeviceState, desk: Desk) -> None:
        self._state = state
        self._desk = desk
        self._by_id = {one.id: one for one in state.journal.incidents()}
        for one in self.queue():
            device = state.devices.get(one.device_id)
            if device is not None:  # it stands there still, whoever directs the zone
                device.lat, device.lon, device.goal = one.lat, one.lon, None
                device.become(DeviceMode.SUSPENDED, one.raised_s)

    @property
    def all(self) -> list[Incident]:
        """Every incident that is known, the oldest first."""
        return list(self._by_id.values())

    def report(self, device_id: str, cause: str, now_s: int) -> Incident:
        """A device stops and waits for a person; its rider is told. Reported again, it is the same."""
        state = self._state
        if cause not in SEVERITY:
            raise Invalid("cause", f"{cause!r} is none of {', '.join(sorted(SEVERITY))}")
        with state.lock:
            device = state.device(device_id)
            for known in self.queue():
                if (known.device_id, known.cause) == (device_id, cause):
                    return known
            number = max(self._by_id, default=0) + 1
            incident = Incident(number, device_id, cause, SEVERITY[cause], now_s, *device.position)
            mission = state.missions.get(device.mission_id)
            if mission is None:
                state.journal.save([], [incident])
            elif mission.state is MissionState.CONFIRMED:
                freed = msgspec.structs.replace(mission, device_id="", version=mission.version + 1)
                state.journal.save([freed], [incident])
                state.missions[mission.id] = freed  # the next matching finds another device
                device.mission_id = ""
            else:
                self._desk.end(mission, MissionState.BROKEN, now_s, cause, (incident,))
            self._by_id[number] = incident
            device.goal = None
            device.become(DeviceMode.SUSPENDED, now_s)
            state.tell("incident", device_id, now_s)
            return incident

    def queue(self) -> list[Incident]:
        """Open and taken incidents, the worst first, then the oldest."""
        with self._state.lock:
            waiting = [one for one in self.all if one.state is not IncidentState.RESOLVED]
            return sorted(
                waiting,
                key=lambda one: (one.state is IncidentState.TAKEN, one.severity, one.raised_s, one.id),
            )

    def take(self, incident_id: int, operator: str) -> Incident:
        """A person sees to it; Conflict if another does."""
        with self._state.lock:
            incident = self._one(incident_id)
            if operator not in self._state.service.operators:
                raise Unknown("operator", operator)
            if incident.state is IncidentState.RESOLVED or incident.operator not in ("", operator):
                raise Conflict("taken", f"incident {incident_id} is {incident.state} by {incident.operator}")
            return self._now(msgspec.structs.replace(incident, state=IncidentState.TAKEN, operator=operator))

    def resolve(
        self, incident_id: int, operator: str, note: str, now_s: int, at: tuple[float, float] | None = None
    ) -> Incident:
        """Done: the device stands upright at `at` (or where it was) and may serve again."""
        state = self._state
        with state.lock:
            incident = self._one(incident_id)
            if incident.state is not IncidentState.TAKEN or incident.operator != operator:
                raise Conflict("not_taken", f"incident {incident_id} is not taken by {operator}")
            if not note.strip():
                raise Invalid("note", "is empty. Say what was seen and done")
            done = self._now(
                msgspec.structs.replace(
                    incident, state=IncidentState.RESOLVED, resolved_s=now_s, notes=(*incident.notes, note)
                )
            )
            device = state.device(incident.device_id)
            others = [i for i in self.queue() if i.device_id == incident.device_id]
            if at is not None:
                device.lat, device.lon = at
            if device.mode is DeviceMode.SUSPENDED and not others:
                device.become(DeviceMode.PARKED, now_s)
            return done

    def _now(self, incident: Incident) -> Incident:
        """What an incident has become, written down first."""
        self._state.journal.save([], [incident])
        self._by_id[incident.id] = incident
        return incident

    def _one(self, incident_id: int) -> Incident:
        if incident_id not in self._by_id:
            raise Unknown("incident", str(incident_id))
        return self._by_id[incident_id]
