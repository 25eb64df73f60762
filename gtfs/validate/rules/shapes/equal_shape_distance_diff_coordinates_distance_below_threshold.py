"""One distance for two places that nearly are one."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._steps import NEAR_M, repeated
from gtfs.validate.rules.shapes._words import WHY_EN, WHY_JA

KIND = kind(
    "equal_shape_distance_diff_coordinates_distance_below_threshold",
    WARNING,
    (
        "same distance as the point before, {metres} m away",
        WHY_EN,
        "Write the distance with more decimals, or leave out one of the points.",
    ),
    ("{metres} m 離れた前の点と距離が同じです", WHY_JA, "距離の桁を増やすか、片方の点を削除してください。"),
)


def check(context: Context, report: Report) -> None:
    """Points in the order of travel."""
    found = context.fact(repeated)
    found.tell(report, KIND, context.table("shapes"), ~found.same & (found.metres < NEAR_M))
