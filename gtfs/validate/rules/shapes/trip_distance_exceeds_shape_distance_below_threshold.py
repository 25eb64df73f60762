"""Trips that go on a little where their shape ends."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._travelled import THRESHOLD_M, ends
from gtfs.validate.rules.shapes._words import WHY_EN, WHY_JA

KIND = kind(
    "trip_distance_exceeds_shape_distance_below_threshold",
    WARNING,
    (
        "the trip goes a little beyond the end of its shape ({length}), {metres} m away",
        WHY_EN,
        "Let the last distances of trip and shape agree.",
    ),
    (
        "便が形状の終わり({length})をわずかに越えています({metres} m)",
        WHY_JA,
        "便と形状の最後の距離を揃えてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The last distance of every trip, against the last one of its shape."""
    found = context.fact(ends)
    found.tell(report, KIND, context.table("stop_times"), found.over & (found.metres < THRESHOLD_M))
