"""W005: Runs by headway name their vehicle."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W005",
    Family.FREQUENCY,
    "{entity}: trip {value} runs by headway and names no vehicle",
    "{entity}：運行間隔による便 {value} に車両IDがありません",
)


def check(seen: Seen, report: Report) -> None:
    """Runs by headway name their vehicle."""
    for at, update in seen.now.updates:
        if not update.vehicle.id and seen.by_headway(update.trip, exact=False):
            seen.found(report, KIND, at, "vehicle.id", update.trip.trip_id)
