"""Files that GTFS-JP has given up."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "jp_obsolete_file",
    INFO,
    (
        "{file} was given up with GTFS-JP v3; pattern_jp.txt took its place",
        "No app reads it any more.",
        "Move its rows to pattern_jp.txt, or leave it out.",
    ),
    (
        "{file} は第3版で廃止され pattern_jp.txt になりました",
        "読むアプリがありません。",
        "内容を pattern_jp.txt に移すか、外してください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The file of routes of before v3."""
    table = context.table("routes_jp")
    if table.exists:
        report.add(KIND, table.file)
