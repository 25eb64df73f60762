"""Ways through a station to a stop that has none."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "stop_access_specified_for_stop_with_no_parent_station",
    ERROR,
    (
        "stop_access is for stops that belong to a station",
        "Apps cannot tell which way leads to the stop.",
        "Name the station in parent_station, or leave stop_access empty.",
    ),
    (
        "駅に属さない停留所に stop_access があります",
        "停留所への経路が正しく案内されません。",
        "parent_station に駅を書くか、stop_access を空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows that have a value."""
    stops = context.table("stops")
    alone = stops.given("stop_access") & (context.stops.kind == 0) & ~stops.given("parent_station")
    report.rows(KIND, stops, np.flatnonzero(alone), "stop_access")
