"""E010: The timetable itself calls at stops, not at stations."""

from __future__ import annotations

import numpy as np

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E010",
    Family.REFERENCE,
    "the feed calls at {value}, which is no stop but a station, entrance or node",
    "フィードの便が、停留所ではない {value}（駅・出入口など）に停車しています",
)


def check(seen: Seen, report: Report) -> None:
    """The timetable itself calls at stops, not at stations."""
    schedule = seen.timetable.schedule
    called = np.unique(schedule.stop_times.stop)
    for stop in called[called >= 0].tolist():
        if schedule.stops.location_type[stop] != 0:
            report.add(KIND, "stops.txt", 0, "location_type", schedule.stops.ids[stop], entity="")
