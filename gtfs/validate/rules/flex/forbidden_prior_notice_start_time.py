"""A time of a day that is not given."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import REAL_TIME, START_DAY, START_TIME, forbidden_kind

KIND = forbidden_kind(
    "forbidden_prior_notice_start_time", "without prior_notice_start_day", "prior_notice_start_day がないとき"
)


def check(context: Context, report: Report) -> None:
    """Rules of booking with notice."""
    table = context.table("booking_rules")
    alone = table.given(START_TIME) & ~table.given(START_DAY)
    with_notice = table.choice("booking_type", -1) != REAL_TIME
    report.rows(KIND, table, np.flatnonzero(with_notice & alone), START_TIME)
