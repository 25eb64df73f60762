"""E043: A call has an arrival or a departure."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E043",
    Family.CALLS,
    "{entity}: call {value} has neither arrival nor departure",
    "{entity}：停車 {value} に到着も出発もありません",
)


def check(seen: Seen, report: Report) -> None:
    """A call has an arrival or a departure."""
    for at, _, call in seen.now.calls:
        told = call.HasField("arrival") or call.HasField("departure")
        if not told and call.schedule_relationship not in (call.SKIPPED, call.NO_DATA):
            seen.found(report, KIND, at, "stop_time_update", call.stop_id or call.stop_sequence)
