"""E002: Calls stand in the order of the trip."""

from __future__ import annotations

from typing import Any

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import At, Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E002",
    Family.CALLS,
    "{entity}: call {value} stands after a later one",
    "{entity}：{value} の停車が順序どおりではありません",
)


def check(seen: Seen, report: Report) -> None:
    """Calls stand in the order of the trip."""
    for at, update in seen.now.updates:
        before = -1
        for call in update.stop_time_update:
            if call.HasField("stop_sequence"):
                if call.stop_sequence < before:
                    seen.found(report, KIND, at, "stop_sequence", call.stop_sequence)
                before = max(before, call.stop_sequence)
        _by_stops(seen, report, at, update)


def _by_stops(seen: Seen, report: Report, at: At, update: Any) -> None:
    """Without numbers the stops must be found one after the other in the timetable."""
    calls = update.stop_time_update
    trip = seen.trip(update.trip)
    if trip == NONE or any(call.HasField("stop_sequence") for call in calls):
        return
    left = iter([stop for _, stop in seen.stops_of(trip)])
    known = {stop for _, stop in seen.stops_of(trip)}
    for call in calls:
        if call.stop_id in known and call.stop_id not in left:
            seen.found(report, KIND, at, "stop_id", call.stop_id)
            return
