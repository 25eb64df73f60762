"""E030: An alert's trip belongs to its route."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E030",
    Family.ALERT,
    "{entity}: trip {value} is not of the route that the alert names",
    "{entity}：便 {value} はお知らせの路線に属しません",
)


def check(seen: Seen, report: Report) -> None:
    """An alert's trip belongs to its route."""
    trips, routes = seen.timetable.schedule.trips, seen.timetable.schedule.routes
    for at, alert in seen.now.alerts:
        for informed in alert.informed_entity:
            trip = seen.trip(informed.trip)
            if trip != NONE and informed.route_id and routes.ids[int(trips.route[trip])] != informed.route_id:
                seen.found(report, KIND, at, "trip_id", informed.trip.trip_id)
