"""Agencies in another time zone."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.japan._constants import report_others

KIND = kind(
    "jp_timezone_not_tokyo",
    ERROR,
    (
        "the time zone of a GTFS-JP feed is Asia/Tokyo",
        "Every departure is shown hours too early or too late.",
        "Write Asia/Tokyo.",
    ),
    (
        "タイムゾーンは Asia/Tokyo でなければなりません",
        "すべての時刻が何時間もずれて表示されます。",
        "Asia/Tokyo と書いてください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Agencies."""
    report_others(context, report, KIND, "agency", "agency_timezone", "Asia/Tokyo")
