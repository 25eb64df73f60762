"""E045: stop_id and stop_sequence mean the same call."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E045",
    Family.CALLS,
    "{entity}: {field} {value} is another stop by the timetable",
    "{entity}：{field} {value} は時刻表では別の停留所です",
)


def check(seen: Seen, report: Report) -> None:
    """stop_id and stop_sequence mean the same call."""
    for at, update in seen.now.updates:
        trip = seen.trip(update.trip)
        calls = dict(seen.stops_of(trip)) if trip != NONE else {}
        for call in update.stop_time_update:
            planned = calls.get(call.stop_sequence) if call.HasField("stop_sequence") else None
            if planned is not None and call.stop_id and call.stop_id != planned:
                seen.found(report, KIND, at, "stop_sequence", call.stop_sequence)
