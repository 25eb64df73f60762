"""Stops without a position."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "stop_without_location",
    ERROR,
    (
        "the stop, station or entrance has no position",
        "It is missing from every map, and no way leads to it.",
        "Give stop_lat and stop_lon.",
    ),
    (
        "停留所・駅・出入口の位置がありません",
        "地図に出ず、歩く経路も案内できません。",
        "stop_lat と stop_lon を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Stops, stations and entrances; nodes and boarding areas may go without."""
    stops = context.table("stops")
    nowhere = ~stops.given("stop_lat") | ~stops.given("stop_lon")
    report.rows(KIND, stops, np.flatnonzero(np.isin(context.stops.kind, (0, 1, 2)) & nowhere), "stop_lat")
