"""Bookable stop times that do not say how to book."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "missing_pickup_drop_off_booking_rule_id",
    WARNING,
    (
        "it must be booked, but {field} does not say how",
        "Riders learn that they must book, not where or by when.",
        "Name a rule of booking_rules.txt.",
    ),
    (
        "要予約なのに {field} がありません",
        "どこへいつまでに予約するのか分かりません。",
        "booking_rules.txt の規則を書いてください。",
    ),
)
BY_BOOKING = 2


def check(context: Context, report: Report) -> None:
    """Feeds with windows only: the recommendation came with them."""
    if not context.has_windows:
        return
    times = context.table("stop_times")
    for use, rule in (
        ("pickup_type", "pickup_booking_rule_id"),
        ("drop_off_type", "drop_off_booking_rule_id"),
    ):
        missing = (times.choice(use) == BY_BOOKING) & ~times.given(rule)
        report.rows(KIND, times, np.flatnonzero(missing), rule)
