"""E020: Start times are HH:MM:SS."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen, clock

__all__ = ["KIND", "check"]

KIND = error(
    "E020",
    Family.TIME,
    "{entity}: start_time {value} is not HH:MM:SS",
    "{entity}：start_time {value} は HH:MM:SS ではありません",
)


def check(seen: Seen, report: Report) -> None:
    """Start times are HH:MM:SS."""
    for at, trip in seen.now.trips:
        if clock(trip.start_time) is None:
            seen.found(report, KIND, at, "start_time", trip.start_time)
