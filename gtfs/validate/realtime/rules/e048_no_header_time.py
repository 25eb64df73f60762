"""E048: From version 2 on the header has a timestamp."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E048",
    Family.HEADER,
    "the header has no timestamp",
    "ヘッダーに timestamp がありません",
)


def check(seen: Seen, report: Report) -> None:
    """From version 2 on the header has a timestamp."""
    for file, message in seen.now.messages:
        header = message.header
        if header.gtfs_realtime_version != "1.0" and not header.timestamp:
            report.add(KIND, file, 0, "header.timestamp", entity="")
