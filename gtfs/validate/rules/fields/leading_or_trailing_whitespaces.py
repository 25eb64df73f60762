"""Blanks round values and names of columns."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind, report_problems
from gtfs.validate.rules.fields._characters import report_marked, suspects

KIND = kind(
    "leading_or_trailing_whitespaces",
    WARNING,
    (
        "the value has blanks round it",
        "Apps that keep the blanks find no record of that name.",
        "Remove the blanks (`--fix` does so).",
    ),
    (
        "値の前後に空白があります",
        "空白も値とみなすアプリでは該当するレコードが見つかりません。",
        "空白を削除してください(`--fix` で直せます)。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found in headers, then every column of every table."""
    report_problems(context, report, KIND)
    for at in context.fact(suspects):
        report_marked(report, KIND, at, at.surrounded)
