"""Trips without a time at their first or last stop."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "missing_trip_edge",
    ERROR,
    (
        "the first or last stop of a trip must have {field}",
        "Apps cannot tell when the trip begins or ends, and drop it.",
        "Give both times at the first and last stop.",
    ),
    (
        "便の最初か最後の停留所に {field} がありません",
        "始発・終着の時刻が分からず、便が無視されます。",
        "最初と最後の停留所には着発の時刻を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The first and the last call of every trip; rows with a window have no times."""
    times, calls = context.table("stop_times"), context.calls
    if not len(calls.rows):
        return
    edge = np.zeros(times.height, np.bool_)
    edge[calls.rows[calls.offsets[:-1]]] = True
    edge[calls.rows[calls.offsets[1:] - 1]] = True
    edges = np.flatnonzero(edge & ~context.windowed)
    for name in ("arrival_time", "departure_time"):
        report.rows(KIND, times, edges[~times.given(name)[edges]], name)
