"""Rows that are no CSV."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "csv_parsing_failed",
    ERROR,
    (
        "the row cannot be read as CSV: {reason}",
        "Values of the row may land in the wrong columns or be lost.",
        'Close every quotation mark, and write "" for one inside a value.',
    ),
    (
        "CSV として読めない行です: {reason}",
        "値が別の列に入ったり失われたりします。",
        '引用符を必ず閉じ、値の中の引用符は "" と書いてください。',
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found while it read."""
    report_problems(context, report, KIND)
