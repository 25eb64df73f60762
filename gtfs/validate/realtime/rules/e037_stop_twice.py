"""E037: Two calls in a row are at different stops."""

from __future__ import annotations

import itertools

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E037",
    Family.CALLS,
    "{entity}: stop {value} twice in a row",
    "{entity}：停留所 {value} が続けて二度あります",
)


def check(seen: Seen, report: Report) -> None:
    """Two calls in a row are at different stops."""
    for at, update in seen.now.updates:
        trip = seen.trip(update.trip)
        visits = [stop for _, stop in seen.stops_of(trip)] if trip != NONE else []
        twice = {a for a, b in itertools.pairwise(visits) if a == b}  # the timetable does so itself
        for a, b in itertools.pairwise(update.stop_time_update):
            if a.stop_id and a.stop_id == b.stop_id and b.stop_id not in twice:
                seen.found(report, KIND, at, "stop_id", b.stop_id)
