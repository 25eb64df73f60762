"""Ferries that do not say whether they take bicycles."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "missing_bike_allowance",
    WARNING,
    (
        "the ferry trip does not say whether bicycles may come",
        "Cyclists cannot tell whether they can cross.",
        "Set bikes_allowed to 1 (yes) or 2 (no).",
    ),
    (
        "フェリー便に自転車の可否がありません",
        "自転車利用者が乗れるかどうか分かりません。",
        "bikes_allowed に 1(可)か 2(不可)を書いてください。",
    ),
)
FERRY = 4


def check(context: Context, report: Report) -> None:
    """Trips of routes of type 4."""
    trips = context.table("trips")
    kinds = np.append(context.table("routes").choice("route_type", -1), -1)[context.trip_route]
    silent = ~np.isin(trips.choice("bikes_allowed"), (1, 2))
    report.rows(KIND, trips, np.flatnonzero((kinds == FERRY) & silent), "bikes_allowed")
