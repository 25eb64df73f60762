"""Pathways that end at a station."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import ends_of

KIND = kind(
    "pathway_to_wrong_location_type",
    ERROR,
    (
        "a pathway cannot end at a station",
        "The way through the station is broken off.",
        "Name a platform, entrance, node or boarding area of the station.",
    ),
    (
        "通路の端が駅そのものです",
        "駅の中の経路が途切れます。",
        "駅ののりば・出入口・通路点・乗車位置を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both ends of every pathway."""
    for name, _, own in ends_of(context):
        report.rows(KIND, context.table("pathways"), np.flatnonzero(own == 1), name)
