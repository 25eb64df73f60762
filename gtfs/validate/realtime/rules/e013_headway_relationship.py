"""E013: Headway runs without exact times are UNSCHEDULED, or say nothing."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import GONE, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E013",
    Family.FREQUENCY,
    "{entity}: trip {value} runs by headway, its schedule_relationship must be UNSCHEDULED or left out",
    "{entity}：運行間隔による便 {value} の schedule_relationship は UNSCHEDULED か省略です",
)


def check(seen: Seen, report: Report) -> None:
    """Headway runs without exact times are UNSCHEDULED, or say nothing."""
    for at, trip in seen.now.trips:
        said = trip.HasField("schedule_relationship") and trip.schedule_relationship != trip.UNSCHEDULED
        if said and trip.schedule_relationship not in GONE and seen.by_headway(trip, exact=False):
            seen.found(report, KIND, at, "schedule_relationship", trip.trip_id)
