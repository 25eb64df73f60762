"""W009: How a trip and a call stand to the timetable is said."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W009",
    Family.CALLS,
    "{entity}: {field} is missing",
    "{entity}：{field} がありません",
)


def check(seen: Seen, report: Report) -> None:
    """How a trip and a call stand to the timetable is said."""
    for at, trip in seen.now.trips:
        if not trip.HasField("schedule_relationship"):
            seen.found(report, KIND, at, "trip.schedule_relationship")
    for at, _, call in seen.now.calls:
        if not call.HasField("schedule_relationship"):
            seen.found(report, KIND, at, "stop_time_update.schedule_relationship")
