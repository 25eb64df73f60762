"""Stops without a fare zone where fares go by zone."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "stop_without_zone_id",
    INFO,
    (
        "fares of a route that calls here go by zone, but the stop is in none",
        "Riders see no price from or to this stop.",
        "Give the stop its zone_id.",
    ),
    (
        "区間運賃の路線が停まるのに zone_id がありません",
        "この停留所を使う運賃が表示されません。",
        "停留所に zone_id を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Stops served by routes of a rule by zones; a rule without a route is one of all routes."""
    rules, stops = context.table("fare_rules"), context.table("stops")
    zoned = np.zeros(rules.height, np.bool_)
    for name in ("origin_id", "destination_id", "contains_id"):
        zoned |= rules.given(name)
    if not zoned.any() or not stops.height:
        return
    routes = context.table("routes")
    concerned = np.zeros(routes.height + 1, np.bool_)
    named = rules.given("route_id")
    if (zoned & ~named).any():
        concerned[:-1] = True
    concerned[rules.find("route_id", routes, "route_id")[zoned & named]] = True
    concerned[-1] = False
    calls = context.calls
    route = np.append(context.trip_route, -1)[calls.trip]
    served = np.zeros(stops.height + 1, np.bool_)
    served[calls.stop[concerned[route]]] = True
    missing = served[:-1] & (context.stops.kind == 0) & ~stops.given("zone_id")
    report.rows(KIND, stops, np.flatnonzero(missing), "zone_id")
