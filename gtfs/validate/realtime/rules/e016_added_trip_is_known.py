"""E016: An added trip is not one of the timetable."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E016",
    Family.REFERENCE,
    "{entity}: trip {value} is ADDED, but the feed has it",
    "{entity}：ADDED の便 {value} はフィードに既にあります",
)


def check(seen: Seen, report: Report) -> None:
    """An added trip is not one of the timetable."""
    for at, trip in seen.now.trips:
        if trip.schedule_relationship in (trip.ADDED, trip.NEW) and seen.trip(trip) != NONE:
            seen.found(report, KIND, at, "trip_id", trip.trip_id)
