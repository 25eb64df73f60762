"""A device in trouble, as its remote operators and the journal see it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

__all__ = ["SEVERITY", "Incident", "IncidentState"]

SEVERITY = {
    "suspicious_object": 1, "fallen": 1, "on_road": 1, "tampered": 2, "stuck": 2, "lost_connection": 2,
    "out_of_zone": 3, "damaged": 3, "blocked_way": 3,
}  # fmt: skip


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    TAKEN = "taken"
    RESOLVED = "resolved"


class Incident(msgspec.Struct, frozen=True):
    """One device in trouble. Instants are epoch seconds."""

    id: int
    device_id: str
    cause: str
    severity: int  # 1 danger to people .. 3 in the way
    raised_s: int
    lat: float  # where it stood
    lon: float
    state: IncidentState = IncidentState.OPEN
    operator: str = ""
    resolved_s: int = 0
    notes: tuple[str, ...] = ()
