"""Exact times that are not there."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "stop_time_timepoint_without_times",
    ERROR,
    (
        "the time is said to be exact but {field} is missing",
        "Riders rely on a time that is not there.",
        "Give the time, or set timepoint to 0.",
    ),
    (
        "正確な時刻とされているのに {field} がありません",
        "ない時刻を頼りにすることになります。",
        "時刻を書くか、timepoint を 0 にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of `stop_times.txt` that are said to be exact."""
    times = context.table("stop_times")
    if times.has("timepoint"):
        exact = times.choice("timepoint", -1) == 1
        for name in ("arrival_time", "departure_time"):
            report.rows(KIND, times, np.flatnonzero(exact & ~times.given(name)), name)
