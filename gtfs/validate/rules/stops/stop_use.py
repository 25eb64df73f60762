"""Stops and what calls at them."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

UNUSED = kind(
    "stop_without_stop_time",
    WARNING,
    (
        "no trip calls at the stop",
        "Riders wait where nothing comes.",
        "Remove the stop, or correct the stop_id in stop_times.txt.",
    ),
    (
        "どの便も停まらない停留所です",
        "来ないバスを待つ人が出ます。",
        "停留所を削除するか、stop_times.txt の stop_id を直してください。",
    ),
)
WRONG = kind(
    "location_with_unexpected_stop_time", ERROR,
    ("a vehicle cannot call at a location of type {type}", "Riders are not told at which platform to wait.", "Name one of its stops or platforms in stop_times.txt."),
    ("種別 {type} の場所に停車することになっています", "どののりばで待てばよいか分かりません。", "stop_times.txt には停留所かのりばを書いてください。"),
)  # fmt: skip
KINDS = (UNUSED, WRONG)


def check(context: Context, report: Report) -> None:
    """Stops named in `stop_times.txt` or by a location group."""
    stops, times = context.table("stops"), context.table("stop_times")
    if not stops.height or not times.exists:
        return  # the file that is missing is the news
    called = np.zeros(stops.height + 1, np.bool_)
    rows = times.find("stop_id", stops, "stop_id")
    called[rows] = True
    groups = context.table("location_group_stops")
    called[groups.find("stop_id", stops, "stop_id")] = True
    kinds = context.stops.kind
    report.rows(UNUSED, stops, np.flatnonzero(~called[:-1] & (kinds == 0)), "stop_id")
    wrong = np.append(kinds, 0)[rows]
    if wrong.any():
        report.rows(WRONG, times, np.flatnonzero(wrong), "stop_id", lambda row: {"type": int(wrong[row])})
