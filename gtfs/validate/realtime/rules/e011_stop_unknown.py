"""E011: Stops are those of the timetable."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E011",
    Family.REFERENCE,
    "{entity}: stop {value} is not in the feed",
    "{entity}：停留所 {value} はフィードにありません",
)


def check(seen: Seen, report: Report) -> None:
    """Stops are those of the timetable."""
    named = [(at, call.stop_id) for at, _, call in seen.now.calls]
    named += [(at, vehicle.stop_id) for at, vehicle in seen.now.vehicles]
    named += [(at, i.stop_id) for at, alert in seen.now.alerts for i in alert.informed_entity]
    for at, stop in named:
        if stop and stop not in seen.timetable.stops:
            seen.found(report, KIND, at, "stop_id", stop)
