"""Shapes that pass a stop again and again."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._matching import matching

KIND = kind(
    "stop_has_too_many_matches_for_shape",
    WARNING,
    (
        "shape {shape} of trip {trip} passes the stop {count} times",
        "Apps cannot tell when the vehicle is where.",
        "Check the shape for knots, or give shape_dist_traveled.",
    ),
    (
        "便 {trip} の形状 {shape} が停留所を {count} 回通ります",
        "車両の位置が分からなくなります。",
        "形状のもつれを直すか、shape_dist_traveled を書いてください。",
    ),
)
MATCHES_MAX = 20


def check(context: Context, report: Report) -> None:
    """Every distinct pattern of stops along a shape."""
    found = context.fact(matching)
    if found is not None:
        many = np.flatnonzero(found.matches > MATCHES_MAX)
        found.tell(report, KIND, many, lambda k: {"count": int(found.matches[k])})
