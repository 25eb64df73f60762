"""Times and a window in one row."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_arrival_or_departure_time",
    ERROR,
    (
        "a time and a window stand in one row",
        "Riders do not know whether to be there at the minute or to book.",
        "Keep either arrival and departure, or the window.",
    ),
    (
        "時刻と予約時間帯が同じ行にあります",
        "定時に待つのか予約するのか分かりません。",
        "着発時刻か時間帯のどちらかにしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    if context.has_windows:
        timed = times.given("arrival_time") | times.given("departure_time")
        report.rows(KIND, times, np.flatnonzero(context.windowed & timed), "arrival_time")
