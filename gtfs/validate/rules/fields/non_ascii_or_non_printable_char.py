"""Identifiers with characters that some systems cannot hold."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.fields._characters import report_marked, suspects

KIND = kind(
    "non_ascii_or_non_printable_char",
    WARNING,
    (
        "the identifier holds other characters than printable ASCII",
        "Some apps cannot match such identifiers with live data.",
        "Use letters, digits and signs of ASCII in identifiers.",
    ),
    (
        "識別子に ASCII の印字可能文字以外が含まれています",
        "リアルタイム情報との突き合わせができないアプリがあります。",
        "識別子には半角の英数字と記号を使ってください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of identifiers."""
    for at in context.fact(suspects):
        report_marked(report, KIND, at, at.non_ascii)
