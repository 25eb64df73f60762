"""Stops that nothing calls at."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Stops named neither in `stop_times.txt` nor by a location group."""
    stops, groups = context.table("stops"), context.table("location_group_stops")
    if not stops.height or not context.table("stop_times").exists:
        return  # the file that is missing is the news
    called = np.zeros(stops.height + 1, np.bool_)
    called[context.stop_of_row] = True
    called[groups.find("stop_id", stops, "stop_id")] = True
    report.rows(KIND, stops, np.flatnonzero(~called[:-1] & (context.stops.kind == 0)), "stop_id")
