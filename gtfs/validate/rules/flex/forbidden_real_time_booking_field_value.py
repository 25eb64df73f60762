"""Notice times where none is needed."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import (
    LAST_DAY,
    LAST_TIME,
    MAXIMUM,
    MINIMUM,
    REAL_TIME,
    SERVICE,
    START_DAY,
    START_TIME,
    forbidden_kind,
    report_given,
)

KIND = forbidden_kind(
    "forbidden_real_time_booking_field_value",
    "for booking in real time (booking_type 0)",
    "即時予約(booking_type 0)には",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking in real time."""
    fields = (MINIMUM, MAXIMUM, LAST_DAY, LAST_TIME, START_DAY, START_TIME, SERVICE)
    report_given(context, report, KIND, REAL_TIME, *fields)
