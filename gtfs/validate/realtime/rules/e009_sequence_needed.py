"""E009: Where a trip visits a stop twice, calls carry stop_sequence."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E009",
    Family.CALLS,
    "{entity}: stop {value} is visited more than once, so that the call needs stop_sequence",
    "{entity}：停留所 {value} には二度停まるため stop_sequence が必要です",
)


def check(seen: Seen, report: Report) -> None:
    """Where a trip visits a stop twice, calls carry stop_sequence."""
    for at, update, call in seen.now.calls:
        trip = seen.trip(update.trip)
        if trip != NONE and call.stop_id and not call.HasField("stop_sequence"):
            visits = [stop for _, stop in seen.stops_of(trip)]
            if visits.count(call.stop_id) > 1:
                seen.found(report, KIND, at, "stop_sequence", call.stop_id)
