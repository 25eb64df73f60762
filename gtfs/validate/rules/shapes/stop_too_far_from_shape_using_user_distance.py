"""Stops away from where their distance places them."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._matching import matching

KIND = kind(
    "stop_too_far_from_shape_using_user_distance",
    WARNING,
    (
        "at this distance shape {shape} of trip {trip} is {metres} m from the stop",
        "The vehicle is drawn at a wrong place of its line.",
        "Correct shape_dist_traveled, the stop or the shape.",
    ),
    (
        "この距離で便 {trip} の形状 {shape} は停留所から {metres} m 離れています",
        "車両が路線上の誤った位置に描かれます。",
        "shape_dist_traveled、停留所、形状のいずれかを直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every distinct pattern of stops along a shape, where stops and shape have distances."""
    found = context.fact(matching)
    if found is not None:
        far = np.flatnonzero(found.away > found.radius)
        field = "shape_dist_traveled"
        found.tell(report, KIND, far, lambda k: {"metres": round(float(found.away[k]))}, field)
