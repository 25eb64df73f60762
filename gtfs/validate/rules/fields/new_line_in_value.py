"""Line breaks and tabs inside values."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.fields._characters import report_marked, suspects

KIND = kind(
    "new_line_in_value",
    ERROR,
    (
        "the value holds a line break or a tab",
        "Names break over lines on displays; often a quotation mark was never closed.",
        "Take the line break out, and close the quotation mark.",
    ),
    (
        "値の中に改行かタブがあります",
        "表示が崩れます。引用符の閉じ忘れであることもよくあります。",
        "改行を取り除き、引用符を閉じてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of every table."""
    for at in context.fact(suspects):
        report_marked(report, KIND, at, at.line_break)
