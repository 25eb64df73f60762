"""Two ways to say from when to book."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import MAXIMUM, SAME_DAY, START_DAY, forbidden_kind

KIND = forbidden_kind(
    "forbidden_prior_notice_start_day",
    "beside prior_notice_duration_max",
    "prior_notice_duration_max があるとき",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on the day."""
    table = context.table("booking_rules")
    both = table.given(START_DAY) & table.given(MAXIMUM)
    same_day = table.choice("booking_type", -1) == SAME_DAY
    report.rows(KIND, table, np.flatnonzero(same_day & both), START_DAY)
