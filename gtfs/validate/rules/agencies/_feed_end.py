"""How long the feed says it is valid."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.values import WRONG


def report_ending(context: Context, report: Report, kind: Kind, above: float, up_to: int) -> None:
    """Feeds that end in more than `above` and at most `up_to` days from today."""
    info = context.table("feed_info")
    end = info.days("feed_end_date")
    left = end - context.today_day
    rows = np.flatnonzero((end > WRONG) & (left > above) & (left <= up_to))
    report.rows(kind, info, rows, "feed_end_date", lambda row: {"days": int(left[row])})
