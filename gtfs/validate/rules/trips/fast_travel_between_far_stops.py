"""Trips too fast over ten kilometres and more."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.trips._speed import ROUNDING_S, Steps, steps

KIND = kind(
    "fast_travel_between_far_stops",
    WARNING,
    (
        "{speed} km/h from {before} ({metres} m in {seconds} s)",
        "Riders are promised an arrival that no vehicle keeps.",
        "Correct the times of the trip, or the positions of its stops.",
    ),
    (
        "{before} から時速 {speed} km です({metres} m を {seconds} 秒)",
        "守れない到着時刻を約束することになります。",
        "便の時刻か停留所の位置を直してください。",
    ),
)
FAR_M = 10_000.0


def check(context: Context, report: Report) -> None:
    """The first too fast stretch of more than 10 km of each trip that has a fast step."""
    found = context.fact(steps)
    if found is not None:
        _far(context, report, found)


def _far(context: Context, report: Report, found: Steps) -> None:
    times, calls = context.table("stop_times"), context.calls
    at, group = found.at, found.group
    hasty = np.zeros(int(group[-1]) + 1, np.bool_)
    hasty[group[1:][found.suspect]] = True
    index = np.flatnonzero(hasty[group])
    along = np.concatenate(([0.0], np.cumsum(found.metres)))
    begin = np.searchsorted(group, group[index])
    back = np.searchsorted(along, along[index] - FAR_M, "left") - 1
    good = back >= begin
    index, back = index[good], back[good]
    begins, ends = calls.departure[at[back]], calls.arrival[at[index]]
    whole = (begins % 60 == 0) & (ends % 60 == 0)
    seconds = np.maximum(ends - begins + np.where(whole, ROUNDING_S, 0), 1)
    distance = along[index] - along[back]
    fast = np.flatnonzero(distance / seconds * 3.6 > found.limit[index])
    _, once = np.unique(group[index[fast]], return_index=True)
    where = {int(calls.rows[at[index[k]]]): int(k) for k in fast[once].tolist()}

    def details(row: int) -> dict[str, object]:
        k = where[row]
        return {
            "before": times.text(int(calls.rows[at[back[k]]]), "stop_id"), "metres": round(distance[k]),
            "seconds": int(seconds[k]), "speed": round(distance[k] / seconds[k] * 3.6),
        }  # fmt: skip

    report.rows(KIND, times, np.array(list(where), np.int64), "arrival_time", details)
