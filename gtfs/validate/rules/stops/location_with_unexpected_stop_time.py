"""Calls at what is no stop."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "location_with_unexpected_stop_time",
    ERROR,
    (
        "a vehicle cannot call at a location of type {type}",
        "Riders are not told at which platform to wait.",
        "Name one of its stops or platforms in stop_times.txt.",
    ),
    (
        "種別 {type} の場所に停車することになっています",
        "どののりばで待てばよいか分かりません。",
        "stop_times.txt には停留所かのりばを書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    wrong = np.append(context.stops.kind, 0)[context.stop_of_row]
    if wrong.any():
        rows = np.flatnonzero(wrong)
        times = context.table("stop_times")
        report.rows(KIND, times, rows, "stop_id", lambda row: {"type": int(wrong[row])})
