"""E041: An update says something of its trip's calls."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import GONE, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E041",
    Family.CALLS,
    "{entity}: trip {value} has no stop_time_update",
    "{entity}：便 {value} に stop_time_update がありません",
)


def check(seen: Seen, report: Report) -> None:
    """An update says something of its trip's calls."""
    for at, update in seen.now.updates:
        silent = not update.stop_time_update and not update.HasField("delay")
        if silent and update.trip.schedule_relationship not in (*GONE, update.trip.DUPLICATED):
            seen.found(report, KIND, at, "stop_time_update", update.trip.trip_id)
