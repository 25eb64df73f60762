"""E024: The direction is that of the timetable."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E024",
    Family.REFERENCE,
    "{entity}: direction_id {value} is not that of the trip",
    "{entity}：direction_id {value} が便と異なります",
)


def check(seen: Seen, report: Report) -> None:
    """The direction is that of the timetable."""
    directions = seen.timetable.schedule.trips.direction
    for at, trip in seen.now.trips:
        index = seen.trip(trip)
        if index != NONE and trip.HasField("direction_id") and trip.direction_id != directions[index]:
            seen.found(report, KIND, at, "direction_id", trip.direction_id)
