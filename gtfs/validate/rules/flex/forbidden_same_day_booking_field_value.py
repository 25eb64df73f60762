"""Notice in days where it is given in minutes."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import (
    LAST_DAY,
    LAST_TIME,
    SAME_DAY,
    SERVICE,
    forbidden_kind,
    report_given,
)

KIND = forbidden_kind(
    "forbidden_same_day_booking_field_value",
    "for booking on the day (booking_type 1)",
    "当日予約(booking_type 1)には",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on the day."""
    report_given(context, report, KIND, SAME_DAY, LAST_DAY, LAST_TIME, SERVICE)
