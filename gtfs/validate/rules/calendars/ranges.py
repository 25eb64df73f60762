"""Beginnings after their ends."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.values import WRONG

ORDER = kind(
    "start_and_end_range_out_of_order",
    ERROR,
    (
        "{end} lies before {start}",
        "Nothing runs in a time that ends before it begins.",
        "Exchange the two values, or correct one.",
    ),
    (
        "{end} が {start} より前です",
        "始まる前に終わる期間には何も運行されません。",
        "二つの値を入れ替えるか、直してください。",
    ),
)
EQUAL = kind(
    "start_and_end_range_equal", ERROR,
    ("{end} equals {start}", "Nobody can tell whether anything runs in a time without length.", "Give the true end, or write the trip without frequencies."),
    ("{end} が {start} と同じです", "長さのない時間帯に運行があるのか分かりません。", "正しい終了を書くか、通常の便として書いてください。"),
)  # fmt: skip
KINDS = (ORDER, EQUAL)


def check(context: Context, report: Report) -> None:
    """Dates of services and the feed; times of headways, timeframes and calls."""
    for name, start, end in (
        ("calendar", "start_date", "end_date"),
        ("feed_info", "feed_start_date", "feed_end_date"),
    ):
        table = context.table(name)
        first, last = table.days(start), table.days(end)
        known = (first > WRONG) & (last > WRONG)
        report.rows(ORDER, table, np.flatnonzero(known & (last < first)), end, start=start, end=end)
    for name, start, end in (
        ("frequencies", "start_time", "end_time"),
        ("timeframes", "start_time", "end_time"),
        ("stop_times", "arrival_time", "departure_time"),
    ):
        table = context.table(name)
        begin, finish = table.seconds(start), table.seconds(end)
        known = (begin > WRONG) & (finish > WRONG)
        report.rows(ORDER, table, np.flatnonzero(known & (finish < begin)), end, start=start, end=end)
        if name != "stop_times":
            report.rows(EQUAL, table, np.flatnonzero(known & (finish == begin)), end, start=start, end=end)
