"""Columns without a name."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "empty_column_name",
    ERROR,
    (
        "a column has no name",
        "What the column holds is lost to every reader.",
        "Name the column or remove it.",
    ),
    (
        "名前のない列があります",
        "その列の内容はどのアプリにも読まれません。",
        "列に名前を付けるか、列を削除してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found in the headers."""
    report_problems(context, report, KIND)
