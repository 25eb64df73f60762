"""E018: The header's time does not go back."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.instants import pairs
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E018",
    Family.HEADER,
    "the header's timestamp went back to {value}",
    "ヘッダーの timestamp が {value} に戻っています",
)


def check(seen: Seen, report: Report) -> None:
    """The header's time does not go back."""
    for file, old, new in pairs(seen):
        if new.header.timestamp and new.header.timestamp < old.header.timestamp:
            report.add(KIND, file, 0, "header.timestamp", new.header.timestamp, entity="")
