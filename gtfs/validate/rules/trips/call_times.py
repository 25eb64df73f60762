"""Which times of a call must be there."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

EDGE = kind(
    "missing_trip_edge",
    ERROR,
    (
        "the first or last stop of a trip must have {field}",
        "Apps cannot tell when the trip begins or ends, and drop it.",
        "Give both times at the first and last stop.",
    ),
    (
        "便の最初か最後の停留所に {field} がありません",
        "始発・終着の時刻が分からず、便が無視されます。",
        "最初と最後の停留所には着発の時刻を書いてください。",
    ),
)
ONE = kind(
    "stop_time_with_only_arrival_or_departure_time",
    ERROR,
    (
        "only {field} is given",
        "Apps guess the other time, or drop the call.",
        "Write the same time twice if the vehicle does not wait.",
    ),
    (
        "{field} しか書かれていません",
        "もう一方の時刻が推測されるか、停車が無視されます。",
        "停車時間がなければ同じ時刻を両方に書いてください。",
    ),
)
EXACT = kind(
    "stop_time_timepoint_without_times",
    ERROR,
    (
        "the time is said to be exact but {field} is missing",
        "Riders rely on a time that is not there.",
        "Give the time, or set timepoint to 0.",
    ),
    (
        "正確な時刻とされているのに {field} がありません",
        "ない時刻を頼りにすることになります。",
        "時刻を書くか、timepoint を 0 にしてください。",
    ),
)
UNKNOWN = kind(
    "missing_timepoint_value", WARNING,
    ("times are given but not whether they are exact", "Riders do not know whether the vehicle may leave earlier.", "Set timepoint to 1 (exact) or 0 (approximate)."),
    ("時刻が正確かどうか(timepoint)が書かれていません", "早発があり得るのか分かりません。", "timepoint に 1(正確)か 0(目安)を書いてください。"),
)  # fmt: skip
KINDS = (EDGE, ONE, EXACT, UNKNOWN)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`; rows with a window have no times."""
    times, calls = context.table("stop_times"), context.calls
    arrival, departure = times.given("arrival_time"), times.given("departure_time")
    window = times.given("start_pickup_drop_off_window") | times.given("end_pickup_drop_off_window")
    report.rows(ONE, times, np.flatnonzero(arrival & ~departure), "arrival_time")
    report.rows(ONE, times, np.flatnonzero(departure & ~arrival), "departure_time")
    if len(calls.rows):
        edges = np.unique(np.concatenate((calls.rows[calls.offsets[:-1]], calls.rows[calls.offsets[1:] - 1])))
        for name, given in (("arrival_time", arrival), ("departure_time", departure)):
            report.rows(EDGE, times, edges[~given[edges] & ~window[edges]], name)
    if times.has("timepoint"):
        exact = times.choice("timepoint", -1) == 1
        for name, given in (("arrival_time", arrival), ("departure_time", departure)):
            report.rows(EXACT, times, np.flatnonzero(exact & ~given), name)
        unknown = (arrival | departure) & ~times.given("timepoint")
        report.rows(UNKNOWN, times, np.flatnonzero(unknown), "timepoint")
