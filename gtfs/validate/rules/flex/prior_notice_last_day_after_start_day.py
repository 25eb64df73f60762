"""Booking that ends before it begins, in days."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.flex._booking import LAST_DAY, START_DAY

KIND = kind(
    "prior_notice_last_day_after_start_day",
    ERROR,
    (
        "the last day to book lies before the first ({start} days ahead)",
        "Nobody can ever book the ride.",
        "Let prior_notice_last_day be at most prior_notice_start_day.",
    ),
    (
        "予約の最終日が開始日({start} 日前)より前です",
        "誰も予約できません。",
        "prior_notice_last_day を prior_notice_start_day 以下にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `booking_rules.txt`."""
    table = context.table("booking_rules")
    late = np.flatnonzero(table.numbers(LAST_DAY) > table.numbers(START_DAY))
    report.rows(KIND, table, late, LAST_DAY, lambda row: {"start": table.text(row, START_DAY)})
