"""Services that run before or after the feed's own dates."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.rules.calendars._services import feed_period, running

KIND = kind(
    "service_window_outside_feed_period",
    INFO,
    (
        "the service runs {first} to {last}, beyond the feed's own dates",
        "Apps may hide the trips outside the feed's dates.",
        "Prolong feed_start_date and feed_end_date, or shorten the service.",
    ),
    (
        "運行期間 {first}〜{last} がフィードの有効期間外にあります",
        "有効期間外の便は表示されないことがあります。",
        "feed_start_date・feed_end_date を広げるか、運行期間を縮めてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every service, against `feed_info.txt`."""
    start, end = feed_period(context)
    for service in context.fact(running):
        if (start is not None and service.first < start) or (end is not None and service.last > end):
            service.tell(report, KIND)
