"""E021: Start dates are YYYYMMDD."""

from __future__ import annotations

from gtfs.realtime.parse_parts import day
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E021",
    Family.TIME,
    "{entity}: start_date {value} is no day as YYYYMMDD",
    "{entity}：start_date {value} は YYYYMMDD の日付ではありません",
)


def check(seen: Seen, report: Report) -> None:
    """Start dates are YYYYMMDD."""
    for at, trip in seen.now.trips:
        if day(trip.start_date) is None:
            seen.found(report, KIND, at, "start_date", trip.start_date)
