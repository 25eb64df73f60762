"""A feed that is not valid yet."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "future_feed",
    INFO,
    (
        "the feed begins on a day to come",
        "Until then nothing is shown.",
        "Keep what is valid today in the feed, or in one beside it.",
    ),
    (
        "フィードの開始日が未来です",
        "それまで時刻表は表示されません。",
        "現在有効な時刻表も含めるか、別に公開してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`, against today."""
    info = context.table("feed_info")
    report.rows(
        KIND, info, np.flatnonzero(info.days("feed_start_date") > context.today_day), "feed_start_date"
    )
