"""Changes of a trip on a route that is not its own."""

from __future__ import annotations

from functools import partial

import numpy as np

from gtfs.model.schedule import I32
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.transfers._sides import sides
from gtfs.validate.table import Table

KIND = kind(
    "transfer_with_invalid_trip_and_route",
    ERROR,
    (
        "the trip belongs to route {expected}",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name the trip's own route, or leave the route empty.",
    ),
    (
        "この便の路線は {expected} です",
        "乗り換えが無視され、接続が案内されません。",
        "便の路線を書くか、空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both sides of every row that names a trip."""
    table, routes = context.table("transfers"), context.table("routes")
    for side in context.fact(sides):
        route = table.find(side.route_field, routes, "route_id")
        wrong = (side.trip >= 0) & table.given(side.route_field) & (route != side.route)
        rows = np.flatnonzero(wrong)
        report.rows(KIND, table, rows, side.route_field, partial(_said, routes, side.route))


def _said(routes: Table, own: I32, row: int) -> dict[str, object]:
    return {"expected": routes.text(int(own[row]), "route_id") if own[row] >= 0 else "?"}
