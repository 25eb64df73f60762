"""Entrances, nodes and boarding areas of no station."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "location_without_parent_station",
    ERROR,
    (
        "an entrance, node or boarding area belongs to no station",
        "The way through the station cannot be shown.",
        "Name its station (for a boarding area its platform) in parent_station.",
    ),
    (
        "出入口・通路点・乗車位置が駅に属していません",
        "駅の中の経路を案内できません。",
        "parent_station に駅(乗車位置ならのりば)を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Locations that cannot be alone."""
    stops = context.table("stops")
    alone = np.isin(context.stops.kind, (2, 3, 4)) & ~stops.given("parent_station")
    report.rows(KIND, stops, np.flatnonzero(alone), "parent_station")
