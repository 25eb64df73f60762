"""Blank lines."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind, report_problems

KIND = kind(
    "empty_row",
    WARNING,
    (
        "the row is empty",
        "Some readers take it for a record without an identifier and refuse the file.",
        "Remove the blank line.",
    ),
    ("空の行です", "一部のアプリが不正なレコードとみなしファイルを拒否します。", "空行を削除してください。"),
)


def check(context: Context, report: Report) -> None:
    """What the reader found while it read."""
    report_problems(context, report, KIND)
