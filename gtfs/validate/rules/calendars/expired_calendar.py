"""Services that are over."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.calendars._services import running

KIND = kind(
    "expired_calendar",
    WARNING,
    (
        "the service ended on {last}",
        "Trips of it are never shown again; they only make the feed slower.",
        "Remove the service and its trips, or prolong it.",
    ),
    (
        "運行日が {last} で終わっています",
        "この運行日の便はもう表示されません。",
        "サービスと便を削除するか、期間を延ばしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every service, against today."""
    for service in context.fact(running):
        if service.last < context.today_day:
            service.tell(report, KIND)
