"""Columns that must be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.files._presence import missing_columns

KIND = kind(
    "missing_required_column",
    ERROR,
    (
        "{file} has no column {field}",
        "Apps leave out every record of the file.",
        "Add the column and give each row a value.",
    ),
    (
        "{file} に列 {field} がありません",
        "このファイルの全レコードがアプリで使われません。",
        "列を追加し、全行に値を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Columns by the reference, in files that have a header."""
    for table, field in missing_columns(context, "required", "column"):
        report.add(KIND, table.file, 1, field)
