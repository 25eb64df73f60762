"""Services that run longer than anybody can know."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.rules.calendars._services import running

KIND = kind(
    "service_extends_far_in_the_future",
    INFO,
    (
        "the service runs until {last}, more than two years ahead",
        "Riders plan by a timetable that will have changed.",
        "End the service where the timetable is known.",
    ),
    (
        "運行日が2年以上先の {last} まで続いています",
        "変わっているはずの時刻表で計画してしまいます。",
        "確実な期間までにしてください。",
    ),
)
AHEAD_DAYS_MAX = 731


def check(context: Context, report: Report) -> None:
    """Every service, against today."""
    for service in context.fact(running):
        if service.last > context.today_day + AHEAD_DAYS_MAX:
            service.tell(report, KIND)
