"""A feed that never says when its trips run."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "missing_calendar_and_calendar_date_files",
    ERROR,
    (
        "neither calendar.txt nor calendar_dates.txt says when the trips run",
        "No trip runs on any day.",
        "Add calendar.txt (weekly pattern) or calendar_dates.txt (single days).",
    ),
    (
        "calendar.txt も calendar_dates.txt もありません",
        "どの日にも便が走らないことになります。",
        "calendar.txt(曜日)か calendar_dates.txt(日付)を追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both files."""
    if not context.table("calendar").exists and not context.table("calendar_dates").exists:
        report.add(KIND, "calendar.txt")
