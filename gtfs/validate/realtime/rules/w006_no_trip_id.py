"""W006: An update names its trip."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W006",
    Family.REFERENCE,
    "{entity}: the update has no trip_id",
    "{entity}：trip_id がありません",
)


def check(seen: Seen, report: Report) -> None:
    """An update names its trip."""
    for at, update in seen.now.updates:
        if not update.trip.trip_id:
            seen.found(report, KIND, at, "trip_id")
