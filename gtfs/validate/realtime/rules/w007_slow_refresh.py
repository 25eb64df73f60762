"""W007: Messages are made anew every half minute."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.instants import pairs
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W007",
    Family.HEADER,
    "{value} s between two messages",
    "メッセージの間隔が {value} 秒です",
)
REFRESH_S_MAX = 35


def check(seen: Seen, report: Report) -> None:
    """Messages are made anew every half minute."""
    for file, old, new in pairs(seen):
        gap = new.header.timestamp - old.header.timestamp
        if old.header.timestamp and gap > REFRESH_S_MAX:
            report.add(KIND, file, 0, "header.timestamp", gap, entity="")
