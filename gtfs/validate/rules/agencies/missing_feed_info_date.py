"""One date of the feed without the other."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "missing_feed_info_date",
    WARNING,
    (
        "{field} is missing although the other date is given",
        "Apps cannot tell how long to trust the timetable.",
        "Give both feed_start_date and feed_end_date.",
    ),
    (
        "もう一方の日付があるのに {field} がありません",
        "時刻表をいつまで信じてよいか分かりません。",
        "feed_start_date と feed_end_date を両方書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`."""
    info = context.table("feed_info")
    start, end = info.given("feed_start_date"), info.given("feed_end_date")
    report.rows(KIND, info, np.flatnonzero(start & ~end), "feed_end_date")
    report.rows(KIND, info, np.flatnonzero(end & ~start), "feed_start_date")
