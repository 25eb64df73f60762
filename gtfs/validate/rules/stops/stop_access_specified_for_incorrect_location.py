"""Ways from the street to what is no platform."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Rows that have a value."""
    stops = context.table("stops")
    bad = stops.given("stop_access") & (context.stops.kind != 0)
    report.rows(KIND, stops, np.flatnonzero(bad), "stop_access")
