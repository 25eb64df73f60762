"""A feed that cannot be opened."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems

KIND = kind(
    "i_o_error",
    ERROR,
    (
        "{file} cannot be opened: {reason}",
        "Nothing in the feed reaches any rider.",
        "Zip the files of the feed anew and give that file.",
    ),
    (
        "{file} を開けません: {reason}",
        "フィードの内容が利用者に一切届きません。",
        "フィードの各ファイルを ZIP にまとめ直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The refusal of the reader: there is nothing else to judge."""
    report_problems(context, report, KIND)
