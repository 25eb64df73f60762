"""Distances that do not grow from stop to stop."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.shapes._travelled import travelled
from gtfs.validate.rules.shapes._words import WHY_EN, WHY_JA

KIND = kind(
    "decreasing_or_equal_stop_time_distance",
    ERROR,
    (
        "the distance does not grow: it was {before} at the stop before",
        WHY_EN,
        "Let shape_dist_traveled grow from stop to stop.",
    ),
    ("前の停留所の距離 {before} から増えていません", WHY_JA, "停留所ごとに距離が増えるようにしてください。"),
)


def check(context: Context, report: Report) -> None:
    """Calls that give a distance, in the order of travel."""
    calls = context.calls
    at, group, value = context.fact(travelled)
    falls = np.flatnonzero((group[1:] == group[:-1]) & (value[1:] <= value[:-1])) + 1
    before = dict(zip(calls.rows[at[falls]].tolist(), value[falls - 1].tolist(), strict=True))
    report.rows(
        KIND, context.table("stop_times"), np.array(list(before), np.int64), "shape_dist_traveled",
        lambda row: {"before": f"{before[row]:g}"},
    )  # fmt: skip
