"""W002: Updates and positions name their vehicle."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import GONE, Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W002",
    Family.IDENTITY,
    "{entity}: vehicle.id is missing",
    "{entity}：vehicle.id がありません",
)


def check(seen: Seen, report: Report) -> None:
    """Updates and positions name their vehicle."""
    for at, entity in (*seen.now.updates, *seen.now.vehicles):
        running = not hasattr(entity, "stop_time_update") or entity.trip.schedule_relationship not in GONE
        if running and not entity.vehicle.id:
            seen.found(report, KIND, at, "vehicle.id")
