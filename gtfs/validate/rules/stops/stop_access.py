"""How a platform is reached from the street."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

PLACE = kind(
    "stop_access_specified_for_incorrect_location",
    ERROR,
    (
        "stop_access is for platforms only",
        "Apps cannot tell which way leads to the platform.",
        "Leave stop_access empty for stations, entrances, nodes and boarding areas.",
    ),
    (
        "stop_access はのりばにしか書けません",
        "のりばへの経路が正しく案内されません。",
        "駅・出入口・通路点・乗車位置では空にしてください。",
    ),
)
ALONE = kind(
    "stop_access_specified_for_stop_with_no_parent_station", ERROR,
    ("stop_access is for stops that belong to a station", "Apps cannot tell which way leads to the stop.", "Name the station in parent_station, or leave stop_access empty."),
    ("駅に属さない停留所に stop_access があります", "停留所への経路が正しく案内されません。", "parent_station に駅を書くか、stop_access を空にしてください。"),
)  # fmt: skip
KINDS = (PLACE, ALONE)


def check(context: Context, report: Report) -> None:
    """Rows that have a value."""
    stops = context.table("stops")
    given = stops.given("stop_access")
    platform = context.stops.kind == 0
    report.rows(PLACE, stops, np.flatnonzero(given & ~platform), "stop_access")
    alone = given & platform & ~stops.given("parent_station")
    report.rows(ALONE, stops, np.flatnonzero(alone), "stop_access")
