"""A distance along the shape to a place that is no point of it."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_shape_dist_traveled",
    ERROR,
    (
        "a zone or group has no distance along the shape",
        "The vehicle is drawn at a place where it does not stop.",
        "Leave shape_dist_traveled empty.",
    ),
    (
        "区域やグループに shape_dist_traveled は書けません",
        "停まらない場所に車両が描かれます。",
        "shape_dist_traveled を空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    if times.has("shape_dist_traveled"):
        bad = context.zoned & times.given("shape_dist_traveled")
        report.rows(KIND, times, np.flatnonzero(bad), "shape_dist_traveled")
