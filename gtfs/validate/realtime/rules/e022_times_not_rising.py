"""E022: From call to call a trip's times rise."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E022",
    Family.TIME,
    "{entity}: {field} {value} is not later than the call before",
    "{entity}：{field} {value} が前の停車より後になっていません",
)


def check(seen: Seen, report: Report) -> None:
    """From call to call a trip's times rise."""
    for at, update in seen.now.updates:
        before = 0
        for call in update.stop_time_update:
            first = call.arrival.time or call.departure.time
            if first and first < before:
                seen.found(report, KIND, at, "arrival.time" if call.arrival.time else "departure.time", first)
            before = max(before, call.arrival.time, call.departure.time)
