"""E033: Whom an alert concerns is said."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E033",
    Family.ALERT,
    "{entity}: an informed_entity names nothing",
    "{entity}：informed_entity に指定がありません",
)


def check(seen: Seen, report: Report) -> None:
    """Whom an alert concerns is said."""
    for at, alert in seen.now.alerts:
        for informed in alert.informed_entity:
            if not informed.ListFields():
                seen.found(report, KIND, at, "informed_entity")
