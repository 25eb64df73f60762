"""Trips that go on where their shape ends."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.shapes._travelled import THRESHOLD_M, ends
from gtfs.validate.rules.shapes._words import WHY_EN, WHY_JA

KIND = kind(
    "trip_distance_exceeds_shape_distance",
    ERROR,
    (
        "the trip goes beyond the end of its shape ({length}), {metres} m away",
        WHY_EN,
        "Prolong the shape, or correct the distances (both in the same unit).",
    ),
    (
        "便が形状の終わり({length})を越えています({metres} m)",
        WHY_JA,
        "形状を延ばすか、距離を同じ単位で直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The last distance of every trip, against the last one of its shape."""
    found = context.fact(ends)
    found.tell(report, KIND, context.table("stop_times"), found.over & (found.metres >= THRESHOLD_M))
