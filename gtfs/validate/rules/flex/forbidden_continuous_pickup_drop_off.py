"""Hailing where a vehicle comes only when it is booked."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_continuous_pickup_drop_off",
    ERROR,
    (
        "continuous stopping is forbidden where the route or call has windows (trip {trip})",
        "Riders hail a vehicle that comes only on request.",
        "Set continuous stopping to 1 or leave it empty.",
    ),
    (
        "予約時間帯のある便({trip})では自由乗降を指定できません",
        "予約制の車両を路上で待ってしまいます。",
        "自由乗降の項目を 1 か空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Routes with windows, and the rows with windows themselves."""
    if not context.has_windows:
        return
    times, routes, calls = context.table("stop_times"), context.table("routes"), context.calls
    route = np.append(context.trip_route, -1)[calls.trip]
    first: dict[int, str] = {}
    for k in np.flatnonzero(context.windowed[calls.rows] & (route >= 0)).tolist():
        first.setdefault(int(route[k]), times.text(int(calls.rows[k]), "trip_id"))
    named = np.zeros(routes.height, np.bool_)
    named[list(first)] = True
    for name in ("continuous_pickup", "continuous_drop_off"):
        wrong = named & np.isin(routes.choice(name, 1), (0, 2, 3))
        report.rows(KIND, routes, np.flatnonzero(wrong), name, lambda row: {"trip": first[row]})
        own = context.windowed & np.isin(times.choice(name, 1), (0, 2, 3))
        report.rows(KIND, times, np.flatnonzero(own), name, lambda row: {"trip": times.text(row, "trip_id")})
