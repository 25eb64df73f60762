"""Platforms of no station."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "platform_without_parent_station",
    INFO,
    (
        "a stop with a platform code belongs to no station",
        "Riders see a platform number, but not of which station.",
        "Name the station in parent_station, or leave platform_code empty.",
    ),
    (
        "のりば番号のある停留所が駅に属していません",
        "どの駅ののりばか分かりません。",
        "parent_station に駅を書くか、platform_code を空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Stops with a platform code."""
    stops = context.table("stops")
    lonely = (context.stops.kind == 0) & stops.given("platform_code") & ~stops.given("parent_station")
    report.rows(KIND, stops, np.flatnonzero(lonely), "platform_code")
