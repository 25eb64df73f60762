"""Ends before their beginnings."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.calendars._ranges import dates, times

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Dates of services and the feed; times of headways, timeframes and calls."""
    for at in (*dates(context), *times(context, "frequencies", "timeframes", "stop_times")):
        at.tell(report, KIND, at.ends < at.begins)
