"""E017: What has changed carries a new header time."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.instants import pairs
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E017",
    Family.HEADER,
    "the content has changed, the header's timestamp {value} has not",
    "内容が変わったのにヘッダーの timestamp {value} が同じです",
)


def check(seen: Seen, report: Report) -> None:
    """What has changed carries a new header time."""
    for file, old, new in pairs(seen):
        if old.header.timestamp == new.header.timestamp and list(old.entity) != list(new.entity):
            report.add(KIND, file, 0, "header.timestamp", new.header.timestamp, entity="")
