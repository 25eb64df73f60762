"""Devices that need a person: fallen, stuck, tampered with, a suspicious object, gone out of the zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from fleet.errors import Conflict, Invalid, Unknown
from fleet.model.mission import MissionState
from fleet.personal.desk import Desk
from fleet.personal.state import DeviceMode, DeviceState

__all__ = ["Incident", "IncidentState", "Incidents"]

SEVERITY = {
    "suspicious_object": 1, "fallen": 1, "on_road": 1, "tampered": 2, "stuck": 2, "lost_connection": 2,
    "out_of_zone": 3, "damaged": 3, "blocked_way": 3,
}  # fmt: skip


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    TAKEN = "taken"
    RESOLVED = "resolved"


@dataclass(slots=True)
class Incident:
    """One device in trouble."""

    id: int
    device_id: str
    cause: str
    severity: int  # 1 danger to people .. 3 in the way
    raised_s: int
    state: IncidentState = IncidentState.OPEN
    operator: str = ""
    resolved_s: int = 0
    notes: list[str] = field(default_factory=list)


class Incidents:
    """The queue. Safe to call from several threads."""

    def __init__(self, state: DeviceState, desk: Desk) -> None:
        self._state = state
        self._desk = desk
        self.all: list[Incident] = []

    def report(self, device_id: str, cause: str, now_s: int) -> Incident:
        """A device stops and waits for a person; its rider is told. Reported again, it is the same."""
        state = self._state
        if cause not in SEVERITY:
            raise Invalid("cause", f"{cause!r} is none of {', '.join(sorted(SEVERITY))}")
        with state.lock:
            device = state.device(device_id)
            for known in self.all:
                if (known.device_id, known.cause) == (
                    device_id,
                    cause,
                ) and known.state is not IncidentState.RESOLVED:
                    return known
            incident = Incident(len(self.all) + 1, device_id, cause, SEVERITY[cause], now_s)
            self.all.append(incident)
            mission = state.missions.get(device.mission_id)
            device.goal = None
            device.become(DeviceMode.SUSPENDED, now_s)
            if mission is not None and mission.state in (MissionState.WAITING, MissionState.IN_USE):
                self._desk.end(mission, MissionState.BROKEN, now_s, cause)
            elif mission is not None and mission.state is MissionState.CONFIRMED:
                freed = msgspec.structs.replace(mission, device_id="", version=mission.version + 1)
                state.journal.save([freed])
                state.missions[mission.id] = freed  # the next matching finds another device
                device.mission_id = ""
            elif mission is not None and mission.state is MissionState.HELD:
                self._desk.end(mission, MissionState.BROKEN, now_s, cause)
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
            incident.state, incident.operator = IncidentState.TAKEN, operator
            return incident

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
            incident.state, incident.resolved_s = IncidentState.RESOLVED, now_s
            incident.notes.append(note)
            device = state.device(incident.device_id)
            others = [i for i in self.queue() if i.device_id == incident.device_id]
            if at is not None:
                device.lat, device.lon = at
            if device.mode is DeviceMode.SUSPENDED and not others:
                device.become(DeviceMode.PARKED, now_s)
            return incident

    def _one(self, incident_id: int) -> Incident:
        if not 1 <= incident_id <= len(self.all):
            raise Unknown("incident", str(incident_id))
        return self.all[incident_id - 1]
