"""Where a stop is, and what it is called."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

NAME = kind(
    "missing_stop_name",
    ERROR,
    (
        "the stop, station or entrance has no name",
        "Riders cannot find it or tell where to get off.",
        "Give it the name on its sign.",
    ),
    (
        "停留所・駅・出入口の名称がありません",
        "検索できず、どこで降りるのかも分かりません。",
        "標柱にある名称を書いてください。",
    ),
)
PLACE = kind(
    "stop_without_location", ERROR,
    ("the stop, station or entrance has no position", "It is missing from every map, and no way leads to it.", "Give stop_lat and stop_lon."),
    ("停留所・駅・出入口の位置がありません", "地図に出ず、歩く経路も案内できません。", "stop_lat と stop_lon を書いてください。"),
)  # fmt: skip
KINDS = (NAME, PLACE)


def check(context: Context, report: Report) -> None:
    """Stops, stations and entrances; nodes and boarding areas may go without."""
    stops = context.table("stops")
    named = np.isin(stops.choice("location_type"), (0, 1, 2))
    report.rows(NAME, stops, np.flatnonzero(named & ~stops.given("stop_name")), "stop_name")
    nowhere = ~stops.given("stop_lat") | ~stops.given("stop_lon")
    report.rows(PLACE, stops, np.flatnonzero(named & nowhere), "stop_lat")
