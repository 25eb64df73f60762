"""Windows with one end, and zones without."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import WINDOW_END, WINDOW_START, Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "missing_pickup_or_drop_off_window",
    ERROR,
    (
        "{field} is missing",
        "Riders cannot tell when they can be picked up.",
        "Give both ends of the window; zones and location groups need one.",
    ),
    (
        "{field} がありません",
        "いつ乗れるのか分かりません。",
        "時間帯の始まりと終わりを書いてください。区域とグループには必須です。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    start, end = times.given(WINDOW_START), times.given(WINDOW_END)
    report.rows(KIND, times, np.flatnonzero(~start & (end | context.zoned)), WINDOW_START)
    report.rows(KIND, times, np.flatnonzero(~end & (start | context.zoned)), WINDOW_END)
