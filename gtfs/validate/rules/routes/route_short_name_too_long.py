"""Short names that do not fit on a sign."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "route_short_name_too_long",
    WARNING,
    (
        "the short name has more than {limit} characters",
        "It is cut off on signs and maps.",
        "Shorten it, or make it the long name.",
    ),
    (
        "系統番号が {limit} 文字を超えています",
        "表示や地図で途中で切れます。",
        "短くするか、route_long_name に移してください。",
    ),
)
SHORT_MAX = 12


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`."""
    routes = context.table("routes")
    long_ = [row for row, name in enumerate(routes.texts("route_short_name")) if len(name) > SHORT_MAX]
    report.rows(KIND, routes, long_, "route_short_name", limit=SHORT_MAX)
