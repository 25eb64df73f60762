"""Routes without a name."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "route_both_short_and_long_name_missing",
    ERROR,
    (
        "the route has neither a short nor a long name",
        "Riders cannot tell which bus to take.",
        "Give route_short_name, route_long_name or both.",
    ),
    (
        "路線の名称がありません",
        "どのバスに乗ればよいか分かりません。",
        "route_short_name か route_long_name を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`."""
    routes = context.table("routes")
    nameless = ~routes.given("route_short_name") & ~routes.given("route_long_name")
    report.rows(KIND, routes, np.flatnonzero(nameless), "route_short_name")
