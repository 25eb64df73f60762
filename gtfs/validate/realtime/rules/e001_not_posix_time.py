"""E001: Instants are POSIX seconds."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.instants import instants
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E001",
    Family.TIME,
    "{entity}: {field} {value} is no POSIX time",
    "{entity}：{field} の {value} はPOSIX時刻ではありません",
)
LOW, HIGH = 1_104_537_600, 4_102_444_800  # years 2005 to 2100: milliseconds and service seconds lie outside


def check(seen: Seen, report: Report) -> None:
    """Instants are POSIX seconds."""
    for at, field, value in instants(seen.now):
        if not LOW <= value <= HIGH:
            seen.found(report, KIND, at, field, value)
