"""Pickup and drop-off windows of stop times."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.values import WRONG

BOTH = kind(
    "forbidden_arrival_or_departure_time",
    ERROR,
    (
        "a time and a window stand in one row",
        "Riders do not know whether to be there at the minute or to book.",
        "Keep either arrival and departure, or the window.",
    ),
    (
        "時刻と予約時間帯が同じ行にあります",
        "定時に待つのか予約するのか分かりません。",
        "着発時刻か時間帯のどちらかにしてください。",
    ),
)
HALF = kind(
    "missing_pickup_or_drop_off_window",
    ERROR,
    (
        "{field} is missing",
        "Riders cannot tell when they can be picked up.",
        "Give both ends of the window; zones and location groups need one.",
    ),
    (
        "{field} がありません",
        "いつ乗れるのか分かりません。",
        "時間帯の始まりと終わりを書いてください。区域とグループには必須です。",
    ),
)
ORDER = kind(
    "invalid_pickup_drop_off_window",
    ERROR,
    (
        "the window ends when or before it begins",
        "Nobody can ever book the ride.",
        "Let end_pickup_drop_off_window lie after the start.",
    ),
    ("予約時間帯の終わりが始まり以前です", "誰も予約できません。", "終わりを始まりより後にしてください。"),
)
PICKUP = kind(
    "forbidden_pickup_type",
    ERROR,
    (
        "with a window pickup must be booked (2) or impossible (1)",
        "Riders wait at the roadside for a ride that must be booked.",
        "Set pickup_type to 2 (or 1).",
    ),
    (
        "時間帯があるとき pickup_type は 2(要予約)か 1(不可)に限ります",
        "予約が必要なのに路上で待ってしまいます。",
        "pickup_type を 2(または 1)にしてください。",
    ),
)
DROP = kind(
    "forbidden_drop_off_type",
    ERROR,
    (
        "with a window drop-off cannot be regular (0)",
        "Riders expect a stop that is made only on request.",
        "Set drop_off_type to 1, 2 or 3.",
    ),
    (
        "時間帯があるとき drop_off_type に 0 は使えません",
        "求めないと停まらない所で降りられると思ってしまいます。",
        "drop_off_type を 1、2、3 のいずれかにしてください。",
    ),
)
CONTINUOUS = kind(
    "forbidden_continuous_pickup_drop_off", ERROR,
    ("continuous stopping is forbidden where the route or call has windows (trip {trip})", "Riders hail a vehicle that comes only on request.", "Set continuous stopping to 1 or leave it empty."),
    ("予約時間帯のある便({trip})では自由乗降を指定できません", "予約制の車両を路上で待ってしまいます。", "自由乗降の項目を 1 か空にしてください。"),
)  # fmt: skip
KINDS = (BOTH, HALF, ORDER, PICKUP, DROP, CONTINUOUS)
_START, _END = "start_pickup_drop_off_window", "end_pickup_drop_off_window"


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    start, end = times.given(_START), times.given(_END)
    window = start | end
    zone = times.given("location_id") | times.given("location_group_id")
    for name, missing in ((_START, ~start & (end | zone)), (_END, ~end & (start | zone))):
        report.rows(HALF, times, np.flatnonzero(missing), name)
    _continuous(context, report)
    if not window.any():
        return
    timed = times.given("arrival_time") | times.given("departure_time")
    report.rows(BOTH, times, np.flatnonzero(window & timed), "arrival_time")
    begins, ends = times.seconds(_START), times.seconds(_END)
    report.rows(ORDER, times, np.flatnonzero((begins > WRONG) & (ends > WRONG) & (ends <= begins)), _END)
    pickup = np.isin(times.choice("pickup_type"), (0, 3))
    report.rows(PICKUP, times, np.flatnonzero(window & pickup), "pickup_type")
    report.rows(DROP, times, np.flatnonzero(window & (times.choice("drop_off_type") == 0)), "drop_off_type")


def _continuous(context: Context, report: Report) -> None:
    times, routes, calls = context.table("stop_times"), context.table("routes"), context.calls
    if not context.has_windows:
        return
    window = (times.given(_START) | times.given(_END))[calls.rows]
    route = np.append(context.trip_route, -1)[calls.trip]
    first: dict[int, str] = {}
    for k in np.flatnonzero(window & (route >= 0)).tolist():
        first.setdefault(int(route[k]), times.text(int(calls.rows[k]), "trip_id"))
    named = np.zeros(routes.height, np.bool_)
    named[list(first)] = True
    for name in ("continuous_pickup", "continuous_drop_off"):
        wrong = named & np.isin(routes.choice(name, 1), (0, 2, 3))
        report.rows(CONTINUOUS, routes, np.flatnonzero(wrong), name, lambda row: {"trip": first[row]})
        own = (times.given(_START) | times.given(_END)) & np.isin(times.choice(name, 1), (0, 2, 3))
        report.rows(
            CONTINUOUS, times, np.flatnonzero(own), name, lambda row: {"trip": times.text(row, "trip_id")}
        )
