"""E012: The header is not older than what it heads."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E012",
    Family.HEADER,
    "{entity}: timestamp {value} is later than the header's",
    "{entity}：timestamp {value} がヘッダーより新しくなっています",
)


def check(seen: Seen, report: Report) -> None:
    """The header is not older than what it heads."""
    headers = {file: message.header.timestamp for file, message in seen.now.messages}
    for at, entity in (*seen.now.updates, *seen.now.vehicles):
        if headers[at.file] and entity.timestamp > headers[at.file]:
            seen.found(report, KIND, at, "timestamp", entity.timestamp)
