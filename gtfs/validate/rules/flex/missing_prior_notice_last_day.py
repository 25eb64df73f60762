"""Booking days before without the last day."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import LAST_DAY, PRIOR_DAY, missing_kind, report_lacking

KIND = missing_kind(
    "missing_prior_notice_last_day",
    "for booking days before (booking_type 2)",
    "前日以前の予約(booking_type 2)には",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on a day before."""
    report_lacking(context, report, KIND, PRIOR_DAY, LAST_DAY)
