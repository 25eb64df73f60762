"""E006: A run of a headway service is named by trip, day and time."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E006",
    Family.FREQUENCY,
    "{entity}: {field} is missing for trip {value}, which runs by headway",
    "{entity}：運行間隔による便 {value} に {field} がありません",
)


def check(seen: Seen, report: Report) -> None:
    """A run of a headway service is named by trip, day and time."""
    for at, trip in seen.now.trips:
        if seen.by_headway(trip, exact=False):
            for field in ("start_date", "start_time"):
                if not getattr(trip, field):
                    seen.found(report, KIND, at, field, trip.trip_id)
