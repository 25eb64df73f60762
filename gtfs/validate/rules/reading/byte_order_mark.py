"""Byte order marks."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind, report_problems

KIND = kind(
    "byte_order_mark",
    INFO,
    (
        "{file} begins with a byte order mark",
        "Allowed, but some apps take it for a part of the first column's name.",
        "Save the file as UTF-8 without BOM (`--fix` does so).",
    ),
    (
        "{file} の先頭に BOM があります",
        "許容されますが、最初の列名の一部と読むアプリがあります。",
        "BOM なし UTF-8 で保存してください(`--fix` で直せます)。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found at the beginning of the files."""
    report_problems(context, report, KIND)
