"""E025: Nobody leaves a stop before arriving."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E025",
    Family.TIME,
    "{entity}: departure {value} is before the arrival",
    "{entity}：出発 {value} が到着より前です",
)


def check(seen: Seen, report: Report) -> None:
    """Nobody leaves a stop before arriving."""
    for at, _, call in seen.now.calls:
        if call.arrival.time and call.departure.time and call.departure.time < call.arrival.time:
            seen.found(report, KIND, at, "departure.time", call.departure.time)
