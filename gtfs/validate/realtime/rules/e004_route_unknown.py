"""E004: Routes are those of the timetable."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E004",
    Family.REFERENCE,
    "{entity}: route {value} is not in the feed",
    "{entity}：路線 {value} はフィードにありません",
)


def check(seen: Seen, report: Report) -> None:
    """Routes are those of the timetable."""
    named = [(at, trip.route_id) for at, trip in seen.now.trips]
    for at, alert in seen.now.alerts:
        for informed in alert.informed_entity:
            named += [(at, informed.route_id), (at, informed.trip.route_id)]
    for at, route in named:
        if route and route not in seen.timetable.routes:
            seen.found(report, KIND, at, "route_id", route)
