"""E035: A trip belongs to the route that is named with it."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E035",
    Family.REFERENCE,
    "{entity}: trip {value} is not of the route that is named",
    "{entity}：便 {value} は示された路線に属しません",
)


def check(seen: Seen, report: Report) -> None:
    """A trip belongs to the route that is named with it."""
    trips, routes = seen.timetable.schedule.trips, seen.timetable.schedule.routes
    for at, trip in seen.now.trips:
        index = seen.trip(trip)
        if index != NONE and trip.route_id and routes.ids[int(trips.route[index])] != trip.route_id:
            seen.found(report, KIND, at, "trip_id", trip.trip_id)
