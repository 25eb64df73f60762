"""Services that pause for two weeks and more."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, day_text, kind
from gtfs.validate.rules.calendars._services import running

KIND = kind(
    "big_gap_in_service",
    INFO,
    (
        "the service does not run from {first} to {last} ({days} days)",
        "Riders see no trips in between: a holiday, or a forgotten period.",
        "Check that the pause is meant.",
    ),
    (
        "{first} から {last} まで {days} 日間運行がありません",
        "その間は便が表示されません。休止か入力漏れのどちらかです。",
        "意図した休止か確かめてください。",
    ),
)
GAP_DAYS_MAX = 13


def check(context: Context, report: Report) -> None:
    """The longest pause of every service."""
    days = context.services
    for service in context.fact(running):
        active = np.flatnonzero(days.active[service.number])
        pauses = np.diff(active)
        if len(pauses) and pauses.max() > GAP_DAYS_MAX:
            at = int(np.argmax(pauses))
            first, last = days.first + int(active[at]) + 1, days.first + int(active[at + 1]) - 1
            service.tell(report, KIND, first=day_text(first), last=day_text(last), days=int(pauses[at]) - 1)
