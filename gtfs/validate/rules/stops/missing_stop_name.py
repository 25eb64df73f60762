"""Stops without a name."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Stops, stations and entrances; nodes and boarding areas may go without."""
    stops = context.table("stops")
    nameless = np.isin(context.stops.kind, (0, 1, 2)) & ~stops.given("stop_name")
    report.rows(KIND, stops, np.flatnonzero(nameless), "stop_name")
