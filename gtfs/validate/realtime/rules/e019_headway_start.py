"""E019: Runs with exact headways begin on the multiples of the headway."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen, clock

__all__ = ["KIND", "check"]

KIND = error(
    "E019",
    Family.FREQUENCY,
    "{entity}: start_time {value} is no departure of its headway",
    "{entity}：start_time {value} は運行間隔の発車時刻ではありません",
)


def check(seen: Seen, report: Report) -> None:
    """Runs with exact headways begin on the multiples of the headway."""
    for at, trip in seen.now.trips:
        start = clock(trip.start_time)
        headways = seen.by_headway(trip, exact=True)
        if headways and start is not None and start >= 0:
            within = [f for f in headways if f.start_s <= start < f.end_s]
            if not any((start - f.start_s) % f.headway_s == 0 for f in within):
                seen.found(report, KIND, at, "start_time", trip.start_time)
