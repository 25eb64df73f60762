"""W001: Header, updates and positions say when they were made."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import At, Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W001",
    Family.HEADER,
    "{entity}: timestamp is missing",
    "{entity}：timestamp がありません",
)


def check(seen: Seen, report: Report) -> None:
    """Header, updates and positions say when they were made."""
    for file, message in seen.now.messages:
        if not message.header.timestamp:
            seen.found(report, KIND, At(file, "header"), "timestamp")
    for at, entity in (*seen.now.updates, *seen.now.vehicles):
        if not entity.timestamp:
            seen.found(report, KIND, at, "timestamp")
