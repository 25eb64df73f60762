"""Trips that call nowhere."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.trips._counts import calls_per_trip

KIND = kind(
    "unused_trip",
    WARNING,
    ("the trip has no stop times", "It is never shown.", "Add its stop times, or remove the trip."),
    (
        "停車時刻のない便です",
        "この便は表示されません。",
        "stop_times.txt に時刻を追加するか、便を削除してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Trips by the number of their calls; a missing `stop_times.txt` is news of its own."""
    if context.table("stop_times").exists:
        rows = np.flatnonzero(context.fact(calls_per_trip) == 0)
        report.rows(KIND, context.table("trips"), rows, "trip_id")
