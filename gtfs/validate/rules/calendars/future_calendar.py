"""A feed whose services all begin later."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, day_text, kind
from gtfs.validate.rules.calendars._services import running

KIND = kind(
    "future_calendar",
    INFO,
    (
        "no service runs before {first}",
        "Until then no departure is shown.",
        "Keep the services that run today in the feed.",
    ),
    (
        "{first} より前に運行する日がありません",
        "それまで時刻表は表示されません。",
        "現在運行している内容もフィードに残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The earliest service, against today."""
    services = context.fact(running)
    first = min((s.first for s in services), default=context.today_day)
    if first > context.today_day:
        report.add(KIND, "calendar.txt", first=day_text(first))
