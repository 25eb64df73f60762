"""A first day to book without its time."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import START_DAY, START_TIME, missing_kind

KIND = missing_kind(
    "missing_prior_notice_start_time", "beside prior_notice_start_day", "prior_notice_start_day があるとき"
)


def check(context: Context, report: Report) -> None:
    """Every row of `booking_rules.txt`."""
    table = context.table("booking_rules")
    report.rows(KIND, table, np.flatnonzero(table.given(START_DAY) & ~table.given(START_TIME)), START_TIME)
