"""Timeframes with one end."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "timeframe_only_start_or_end_time_specified",
    ERROR,
    (
        "{field} is missing although the other time is given",
        "Nobody can tell when the fare holds.",
        "Give both times, or neither for the whole day.",
    ),
    (
        "もう一方の時刻があるのに {field} がありません",
        "運賃の適用時間が分かりません。",
        "両方書くか、終日なら両方空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `timeframes.txt`; none of both is the whole day."""
    table = context.table("timeframes")
    begins, ends = table.given("start_time"), table.given("end_time")
    report.rows(KIND, table, np.flatnonzero(ends & ~begins), "start_time")
    report.rows(KIND, table, np.flatnonzero(begins & ~ends), "end_time")
