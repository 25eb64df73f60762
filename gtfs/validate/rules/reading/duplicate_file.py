"""Members that a zip holds twice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "duplicate_file",
    ERROR,
    (
        "the zip holds {file} twice; the first is read",
        "Different apps show different timetables.",
        "Keep one of the two.",
    ),
    (
        "ZIP に {file} が二つあります(最初のものを使用)",
        "アプリによって異なる時刻表が表示されます。",
        "一つだけ残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found in the zip."""
    report_problems(context, report, KIND)
