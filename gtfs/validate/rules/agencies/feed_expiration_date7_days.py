"""A feed that ends within a week, or has ended."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.agencies._feed_end import report_ending

KIND = kind(
    "feed_expiration_date7_days",
    WARNING,
    (
        "the feed ends in {days} days",
        "After that day riders see no departures at all.",
        "Publish the next timetable now.",
    ),
    (
        "フィードの有効期限まで {days} 日です",
        "期限を過ぎると時刻表が表示されなくなります。",
        "次の時刻表を今すぐ公開してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`, against today."""
    report_ending(context, report, KIND, -np.inf, 7)
