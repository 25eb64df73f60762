"""E023: The start time of a timetabled trip is its first departure."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen, clock

__all__ = ["KIND", "check"]

KIND = error(
    "E023",
    Family.FREQUENCY,
    "{entity}: start_time {value} is not when the trip begins by the timetable",
    "{entity}：start_time {value} が時刻表の始発時刻と異なります",
)


def check(seen: Seen, report: Report) -> None:
    """The start time of a timetabled trip is its first departure."""
    for at, trip in seen.now.trips:
        index = seen.trip(trip)
        start = clock(trip.start_time)
        if index == NONE or start is None or start < 0 or index in seen.frequencies:
            continue
        times = seen.timetable.schedule.stop_times
        first = int(times.offsets[index])
        if start not in (int(times.arrival_s[first]), int(times.departure_s[first])):
            seen.found(report, KIND, at, "start_time", trip.start_time)
