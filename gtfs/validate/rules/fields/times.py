"""Times of the service day and dates."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values
from gtfs.validate.values import WRONG

TIME = kind(
    "invalid_time",
    ERROR,
    (
        "not a time",
        "The stop, window or headway is missing from every timetable.",
        "Write HH:MM:SS, beyond 24:00:00 for after midnight (25:10:00).",
    ),
    (
        "時刻ではありません",
        "停車時刻や運行間隔が案内に出ません。",
        "HH:MM:SS で書いてください。深夜0時以降は 25:10:00 のように書きます。",
    ),
)
DATE = kind(
    "invalid_date", ERROR,
    ("not a date", "Nobody can tell on which days the service runs.", "Write YYYYMMDD, e.g. 20261125."),
    ("日付ではありません", "どの日に運行するのかが分かりません。", "20261125 のように YYYYMMDD で書いてください。"),
)  # fmt: skip
KINDS = (TIME, DATE)


def check(context: Context, report: Report) -> None:
    """Every column of times and dates."""
    for at in fields_of(context, "time"):
        report_values(report, TIME, at, at.column.seconds == WRONG)
    for at in fields_of(context, "date"):
        report_values(report, DATE, at, at.column.days == WRONG)
