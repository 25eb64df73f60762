"""Columns that are there twice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "duplicated_column",
    ERROR,
    (
        "the column {field} is there more than once; the first is used",
        "Apps may read the other column than you meant.",
        "Remove all but one of the columns.",
    ),
    (
        "列 {field} が重複しています(最初の列を使用)",
        "アプリが意図しない列を読むおそれがあります。",
        "列を一つだけ残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found in the headers."""
    report_problems(context, report, KIND)
