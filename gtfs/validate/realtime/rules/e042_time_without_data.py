"""E042: A call without data has no times."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E042",
    Family.CALLS,
    "{entity}: call {value} is NO_DATA, yet has a time",
    "{entity}：NO_DATA の停車 {value} に時刻があります",
)


def check(seen: Seen, report: Report) -> None:
    """A call without data has no times."""
    for at, _, call in seen.now.calls:
        timed = call.HasField("arrival") or call.HasField("departure")
        if timed and call.schedule_relationship == call.NO_DATA:
            seen.found(report, KIND, at, "schedule_relationship", call.stop_id or call.stop_sequence)
