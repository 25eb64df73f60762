"""E051: stop_sequence is one of the trip."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E051",
    Family.CALLS,
    "{entity}: the trip has no stop_sequence {value}",
    "{entity}：便に stop_sequence {value} はありません",
)


def check(seen: Seen, report: Report) -> None:
    """stop_sequence is one of the trip."""
    for at, update in seen.now.updates:
        trip = seen.trip(update.trip)
        numbers = {number for number, _ in seen.stops_of(trip)} if trip != NONE else set()
        for call in update.stop_time_update:
            if numbers and call.HasField("stop_sequence") and call.stop_sequence not in numbers:
                seen.found(report, KIND, at, "stop_sequence", call.stop_sequence)
