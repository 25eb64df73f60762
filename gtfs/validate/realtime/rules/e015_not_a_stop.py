"""E015: Vehicles call at stops, not at stations."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E015",
    Family.REFERENCE,
    "{entity}: {value} is no stop but a station, entrance or node",
    "{entity}：{value} は停留所ではなく駅・出入口などです",
)


def check(seen: Seen, report: Report) -> None:
    """Vehicles call at stops, not at stations."""
    types = seen.timetable.schedule.stops.location_type
    named = [(at, call.stop_id) for at, _, call in seen.now.calls]
    named += [(at, vehicle.stop_id) for at, vehicle in seen.now.vehicles]
    for at, stop in named:
        index = seen.timetable.stops.get(stop)
        if index is not None and types[index] != 0:
            seen.found(report, KIND, at, "stop_id", stop)
