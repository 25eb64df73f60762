"""E031: An alert's route is that of its trip descriptor."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E031",
    Family.ALERT,
    "{entity}: route {value} is not the route that its trip names",
    "{entity}：路線 {value} が便の示す路線と異なります",
)


def check(seen: Seen, report: Report) -> None:
    """An alert's route is that of its trip descriptor."""
    for at, alert in seen.now.alerts:
        for informed in alert.informed_entity:
            inner = informed.trip.route_id
            if inner and informed.route_id and inner != informed.route_id:
                seen.found(report, KIND, at, "route_id", informed.route_id)
