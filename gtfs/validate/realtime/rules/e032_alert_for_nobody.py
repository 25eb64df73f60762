"""E032: An alert concerns somebody."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E032",
    Family.ALERT,
    "{entity}: the alert has no informed_entity",
    "{entity}：informed_entity がありません",
)


def check(seen: Seen, report: Report) -> None:
    """An alert concerns somebody."""
    for at, alert in seen.now.alerts:
        if not alert.informed_entity:
            seen.found(report, KIND, at, "informed_entity")
