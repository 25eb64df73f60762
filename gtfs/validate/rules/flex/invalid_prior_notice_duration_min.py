"""Booking that ends before it begins, in minutes."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.flex._booking import MAXIMUM, MINIMUM, SAME_DAY

KIND = kind(
    "invalid_prior_notice_duration_min",
    ERROR,
    (
        "the latest time to book lies before the earliest ({maximum} minutes)",
        "Nobody can ever book the ride.",
        "Let prior_notice_duration_max be at least prior_notice_duration_min.",
    ),
    (
        "予約の締切が受付開始({maximum} 分前)より前です",
        "誰も予約できません。",
        "prior_notice_duration_max を prior_notice_duration_min 以上にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on the day."""
    table = context.table("booking_rules")
    early = table.numbers(MAXIMUM) < table.numbers(MINIMUM)
    rows = np.flatnonzero((table.choice("booking_type", -1) == SAME_DAY) & early)
    report.rows(KIND, table, rows, MINIMUM, lambda row: {"maximum": table.text(row, MAXIMUM)})
