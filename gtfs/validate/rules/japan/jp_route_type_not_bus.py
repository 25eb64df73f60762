"""Routes of a GTFS-JP v3 feed are buses."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "jp_route_type_not_bus",
    WARNING,
    (
        "GTFS-JP v3 is for buses only (route_type 3)",
        "Japanese bus apps leave the route out.",
        "Write 3, or publish by GTFS-JP v4.",
    ),
    (
        "第3版はバス(route_type 3)専用です",
        "国内のバスアプリで路線が表示されません。",
        "3 と書くか、第4版で公開してください。",
    ),
)
PROFILES = ("gtfs-jp-v3",)
BUS = 3


def check(context: Context, report: Report) -> None:
    """Routes that name another type."""
    routes = context.table("routes")
    other = routes.given("route_type") & (routes.choice("route_type", -1) != BUS)
    report.rows(KIND, routes, np.flatnonzero(other), "route_type")
