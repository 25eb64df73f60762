"""Positions at the ends of the Earth."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import F64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.stops._points import NEAR_DEGREES, report_near

KIND = kind(
    "point_near_pole",
    ERROR,
    (
        "the point lies near a pole",
        "The stop or line is missing where it should be on the map.",
        "Give the true position.",
    ),
    (
        "極点の近くの点です",
        "地図の正しい場所に停留所や路線が表示されません。",
        "本当の位置を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Points within one degree."""
    report_near(context, report, KIND, _near)


def _near(lat: F64, _lon: F64) -> Bool:
    return (np.abs(lat) >= 90 - NEAR_DEGREES) & (np.abs(lat) <= 90)
