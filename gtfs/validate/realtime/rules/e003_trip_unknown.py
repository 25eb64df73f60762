"""E003: Trips are those of the timetable, unless they are new."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import NEW_TRIPS, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E003",
    Family.REFERENCE,
    "{entity}: trip {value} is not in the feed",
    "{entity}：便 {value} はフィードにありません",
)


def check(seen: Seen, report: Report) -> None:
    """Trips are those of the timetable, unless they are new."""
    for at, trip in seen.now.trips:
        if trip.trip_id and seen.trip(trip) == NONE and trip.schedule_relationship not in NEW_TRIPS:
            seen.found(report, KIND, at, "trip_id", trip.trip_id)
