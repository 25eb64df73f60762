"""Pathways that end at a platform instead of its boarding areas."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import ends_of

KIND = kind(
    "pathway_to_platform_with_boarding_areas",
    ERROR,
    (
        "the platform has boarding areas: pathways must end at those",
        "The way to the boarding area is broken off.",
        "Name one of the boarding areas.",
    ),
    (
        "乗車位置のあるのりばに通路がつながっています",
        "乗車位置までの経路が途切れます。",
        "乗車位置を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both ends of every pathway."""
    boarded = np.zeros(context.table("stops").height + 1, np.bool_)
    boarded[context.stops.parent[context.stops.kind == 4]] = True
    boarded[-1] = False
    for name, end, own in ends_of(context):
        report.rows(KIND, context.table("pathways"), np.flatnonzero((own == 0) & boarded[end]), name)
