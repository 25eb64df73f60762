"""E038: The version is one that exists."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E038",
    Family.HEADER,
    "gtfs_realtime_version {value} is none of 1.0 and 2.0",
    "gtfs_realtime_version {value} は 1.0 でも 2.0 でもありません",
)


def check(seen: Seen, report: Report) -> None:
    """The version is one that exists."""
    for file, message in seen.now.messages:
        if message.header.gtfs_realtime_version not in ("1.0", "2.0"):
            version = message.header.gtfs_realtime_version
            report.add(KIND, file, 0, "header.gtfs_realtime_version", version, entity="")
