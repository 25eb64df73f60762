"""E044: An arrival or departure has a time or a delay."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E044",
    Family.CALLS,
    "{entity}: {field} of call {value} has neither time nor delay",
    "{entity}：停車 {value} の {field} に時刻も遅れもありません",
)


def check(seen: Seen, report: Report) -> None:
    """An arrival or departure has a time or a delay."""
    for at, _, call in seen.now.calls:
        if call.schedule_relationship in (call.SKIPPED, call.NO_DATA):
            continue
        for field in ("arrival", "departure"):
            event = getattr(call, field)
            if call.HasField(field) and not event.HasField("time") and not event.HasField("delay"):
                seen.found(report, KIND, at, field, call.stop_id or call.stop_sequence)
