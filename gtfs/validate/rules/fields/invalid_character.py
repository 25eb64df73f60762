"""Text that is not UTF-8, or was destroyed on the way."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems
from gtfs.validate.rules.fields._characters import report_marked, suspects

KIND = kind(
    "invalid_character",
    ERROR,
    (
        "the text is not proper UTF-8: {reason}",
        "Riders see garbled names, or none at all.",
        "Save the file as UTF-8 and export the value again.",
    ),
    (
        "正しい UTF-8 ではありません: {reason}",
        "停留所名などが文字化けして利用者に表示されます。",
        "UTF-8 で保存し直し、値を書き出し直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found, then the sign for a lost character in every column."""
    report_problems(context, report, KIND)
    for at in context.fact(suspects):
        report_marked(report, KIND, at, at.replaced)
