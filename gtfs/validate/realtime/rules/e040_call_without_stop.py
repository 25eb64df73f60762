"""E040: A call names its stop."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E040",
    Family.CALLS,
    "{entity}: a call has neither stop_id nor stop_sequence",
    "{entity}：stop_id も stop_sequence もない停車があります",
)


def check(seen: Seen, report: Report) -> None:
    """A call names its stop."""
    for at, _, call in seen.now.calls:
        if not call.stop_id and not call.HasField("stop_sequence"):
            seen.found(report, KIND, at, "stop_time_update")
