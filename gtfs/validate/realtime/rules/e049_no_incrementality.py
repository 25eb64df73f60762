"""E049: From version 2 on the header says whether it is whole."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E049",
    Family.HEADER,
    "the header has no incrementality",
    "ヘッダーに incrementality がありません",
)


def check(seen: Seen, report: Report) -> None:
    """From version 2 on the header says whether it is whole."""
    for file, message in seen.now.messages:
        header = message.header
        if header.gtfs_realtime_version != "1.0" and not header.HasField("incrementality"):
            report.add(KIND, file, 0, "header.incrementality", entity="")
