"""Stops away from the line of their trip."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._matching import matching

KIND = kind(
    "stop_too_far_from_shape",
    WARNING,
    (
        "the stop is {metres} m from shape {shape} of trip {trip}",
        "The map shows the line passing by the stop at a distance.",
        "Correct the position of the stop, or the shape.",
    ),
    (
        "停留所が便 {trip} の形状 {shape} から {metres} m 離れています",
        "地図で路線が停留所から離れて描かれます。",
        "停留所の位置か形状を直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every distinct pattern of stops along a shape."""
    found = context.fact(matching)
    if found is not None:
        far = np.flatnonzero(found.nearest > found.radius)
        found.tell(report, KIND, far, lambda k: {"metres": round(float(found.nearest[k]))})
