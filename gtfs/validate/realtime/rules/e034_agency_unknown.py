"""E034: Agencies are those of the timetable."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E034",
    Family.ALERT,
    "{entity}: agency {value} is not in the feed",
    "{entity}：事業者 {value} はフィードにありません",
)


def check(seen: Seen, report: Report) -> None:
    """Agencies are those of the timetable."""
    known = set(seen.timetable.schedule.agencies.ids)
    for at, alert in seen.now.alerts:
        for informed in alert.informed_entity:
            if informed.agency_id and informed.agency_id not in known:
                seen.found(report, KIND, at, "agency_id", informed.agency_id)
