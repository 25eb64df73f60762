"""Booking on the day without its notice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import MINIMUM, SAME_DAY, missing_kind, report_lacking

KIND = missing_kind(
    "missing_prior_notice_duration_min",
    "for booking on the day (booking_type 1)",
    "当日予約(booking_type 1)には",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on the day."""
    report_lacking(context, report, KIND, SAME_DAY, MINIMUM)
