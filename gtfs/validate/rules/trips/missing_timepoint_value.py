"""Times of which nobody knows whether they are exact."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "missing_timepoint_value",
    WARNING,
    (
        "times are given but not whether they are exact",
        "Riders do not know whether the vehicle may leave earlier.",
        "Set timepoint to 1 (exact) or 0 (approximate).",
    ),
    (
        "時刻が正確かどうか(timepoint)が書かれていません",
        "早発があり得るのか分かりません。",
        "timepoint に 1(正確)か 0(目安)を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of `stop_times.txt`, in a file that has the column."""
    times = context.table("stop_times")
    if times.has("timepoint"):
        timed = times.given("arrival_time") | times.given("departure_time")
        report.rows(KIND, times, np.flatnonzero(timed & ~times.given("timepoint")), "timepoint")
