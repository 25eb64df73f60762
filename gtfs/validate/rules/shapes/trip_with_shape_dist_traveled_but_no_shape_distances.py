"""Distances along a shape that has none."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.rules.shapes._travelled import ends

KIND = kind(
    "trip_with_shape_dist_traveled_but_no_shape_distances",
    INFO,
    (
        "the trip gives distances, but not every point of its shape does",
        "Apps place the stops on the line by guesswork.",
        "Give shape_dist_traveled to every point of the shape, or to no stop time.",
    ),
    (
        "便に距離がありますが、形状の点に距離のないものがあります",
        "停留所の位置が線上で推測になります。",
        "形状の全点に距離を書くか、停車時刻の距離を外してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Trips that give distances, by the points of their shapes."""
    found = context.fact(ends)
    report.rows(KIND, context.table("stop_times"), np.sort(found.first[found.partly]), "shape_dist_traveled")
