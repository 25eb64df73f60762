"""Rows with more or fewer values than the header."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "invalid_row_length",
    ERROR,
    (
        "{reason}",
        "Values stand in the wrong columns, so riders see wrong names or times.",
        "Give the row as many values as the header; quote values that contain a comma.",
    ),
    (
        "値の数が見出しの列数と違います: {reason}",
        "値が別の列に入り、名称や時刻が誤って表示されます。",
        "見出しと同じ数の値を書き、カンマを含む値は引用符で囲んでください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found while it read."""
    report_problems(context, report, KIND)
