"""Pickup within a window that need not be booked."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_pickup_type",
    ERROR,
    (
        "with a window pickup must be booked (2) or impossible (1)",
        "Riders wait at the roadside for a ride that must be booked.",
        "Set pickup_type to 2 (or 1).",
    ),
    (
        "時間帯があるとき pickup_type は 2(要予約)か 1(不可)に限ります",
        "予約が必要なのに路上で待ってしまいます。",
        "pickup_type を 2(または 1)にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of `stop_times.txt` with a window."""
    times = context.table("stop_times")
    if context.has_windows:
        bad = np.isin(times.choice("pickup_type"), (0, 3))
        report.rows(KIND, times, np.flatnonzero(context.windowed & bad), "pickup_type")
