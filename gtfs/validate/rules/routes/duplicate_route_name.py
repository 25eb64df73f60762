"""Routes that riders cannot tell apart."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "duplicate_route_name",
    WARNING,
    (
        "same names, type and agency as the route on line {first}",
        "Riders see two lines that they cannot tell apart; both directions belong in one route.",
        "Join the routes (use direction_id), or give them different names.",
    ),
    (
        "{first} 行目の路線と名称・種別・事業者が同じです",
        "区別のつかない路線が二つ表示されます。",
        "往復は一つの路線にまとめ direction_id で分けるか、名称を変えてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Routes by their names, type and agency."""
    routes = context.table("routes")
    short, long_, agencies = (routes.texts(n) for n in ("route_short_name", "route_long_name", "agency_id"))
    kinds = routes.choice("route_type", -1).tolist()
    first: dict[tuple[str, str, int, str], int] = {}
    again: dict[int, int] = {}
    for row, key in enumerate(zip(short, long_, kinds, agencies, strict=True)):
        if key[0] or key[1]:
            before = first.setdefault(key, row)
            if before != row:
                again[row] = before
    report.rows(
        KIND, routes, np.array(list(again), np.int64), "route_long_name" if any(long_) else "route_short_name",
        lambda row: {"first": routes.line(again[row])},
    )  # fmt: skip
