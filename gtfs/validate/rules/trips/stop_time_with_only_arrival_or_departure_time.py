"""Calls with one of two times."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    arrival, departure = times.given("arrival_time"), times.given("departure_time")
    report.rows(KIND, times, np.flatnonzero(arrival & ~departure), "arrival_time")
    report.rows(KIND, times, np.flatnonzero(departure & ~arrival), "departure_time")
