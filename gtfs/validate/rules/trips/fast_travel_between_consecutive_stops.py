"""Trips too fast from one stop to the next."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.trips._speed import steps

KIND = kind(
    "fast_travel_between_consecutive_stops",
    WARNING,
    (
        "{speed} km/h from {before} ({metres} m in {seconds} s)",
        "Riders are promised an arrival that no vehicle keeps.",
        "Correct the times or the position of one of the stops.",
    ),
    (
        "{before} から時速 {speed} km です({metres} m を {seconds} 秒)",
        "守れない到着時刻を約束することになります。",
        "時刻か停留所の位置を直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every call against the one before."""
    times, calls, found = context.table("stop_times"), context.calls, context.fact(steps)
    if found is None:
        return
    at, metres, seconds = found.at, found.metres, found.seconds
    fast = np.flatnonzero(found.suspect & (metres / seconds * 3.6 > found.limit[1:])) + 1
    where = {int(calls.rows[at[k]]): int(k) for k in fast.tolist()}

    def details(row: int) -> dict[str, object]:
        k = where[row]
        return {
            "before": times.text(int(calls.rows[at[k - 1]]), "stop_id"),
            "metres": round(metres[k - 1]), "seconds": round(seconds[k - 1]),
            "speed": round(metres[k - 1] / seconds[k - 1] * 3.6),
        }  # fmt: skip

    report.rows(KIND, times, calls.rows[at[fast]], "arrival_time", details)
