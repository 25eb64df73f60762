"""Times of the service day that are none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values
from gtfs.validate.values import WRONG

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Every column of times."""
    for at in fields_of(context, "time"):
        report_values(report, KIND, at, at.column.seconds == WRONG)
