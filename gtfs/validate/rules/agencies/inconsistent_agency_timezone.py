"""Agencies of one feed in several time zones."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.agencies._others import report_others

KIND = kind(
    "inconsistent_agency_timezone",
    ERROR,
    (
        "another time zone than {expected} of the first agency",
        "Departures of one of the agencies are shown hours off.",
        "Give all agencies of the feed the same time zone, or publish them apart.",
    ),
    (
        "最初の事業者のタイムゾーン {expected} と異なります",
        "片方の事業者の時刻が何時間もずれて表示されます。",
        "同じフィードの事業者は同じタイムゾーンにするか、フィードを分けてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Each agency against the first one."""
    report_others(context, report, KIND, "agency_timezone")
