"""Long names that repeat the short one."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "route_long_name_contains_short_name",
    WARNING,
    (
        "the long name begins with the short name {short}",
        "Apps that show both say it twice: “10 10 Messe Line”.",
        "Leave the short name out of the long one.",
    ),
    (
        "正式名称が系統番号 {short} で始まっています",
        "「10 10 メッセ線」のように二重に表示されます。",
        "route_long_name から系統番号を外してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`, without regard to case."""
    routes = context.table("routes")
    short = routes.texts("route_short_name")
    pairs = zip(short, routes.texts("route_long_name"), strict=True)
    contains = [row for row, (s, name) in enumerate(pairs) if s and _begins(name.lower(), s.lower())]
    report.rows(KIND, routes, contains, "route_long_name", lambda row: {"short": short[row]})


def _begins(long_: str, short: str) -> bool:
    """Whether the short name stands at the beginning of the long one as a word of its own."""
    rest = long_[len(short) :]
    return long_.startswith(short) and (not rest or rest[0] in " -–(\u3000(-")
