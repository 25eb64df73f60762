"""Notice in minutes where it is given in days."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.flex._booking import MAXIMUM, MINIMUM, PRIOR_DAY, forbidden_kind, report_given

KIND = forbidden_kind(
    "forbidden_prior_day_booking_field_value",
    "for booking days before (booking_type 2)",
    "前日以前の予約(booking_type 2)には",
)


def check(context: Context, report: Report) -> None:
    """Rules of booking on a day before."""
    report_given(context, report, KIND, PRIOR_DAY, MINIMUM, MAXIMUM)
