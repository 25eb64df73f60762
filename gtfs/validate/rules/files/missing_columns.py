"""Columns that must or should be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.spec import specification

REQUIRED = kind(
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
RECOMMENDED = kind(
    "missing_recommended_column", WARNING,
    ("{file} has no column {field}, which GTFS recommends", "Riders get less certain answers, e.g. from a timetable out of date.", "Add the column."),
    ("{file} に推奨される列 {field} がありません", "古い時刻表が使われるなど、案内の確かさが下がります。", "列を追加してください。"),
)  # fmt: skip
KINDS = (REQUIRED, RECOMMENDED)


def check(context: Context, report: Report) -> None:
    """Columns by the reference, in files that have a header."""
    for name, spec in specification().items():
        table = context.table(name)
        if not table.names:
            continue
        for field in spec.fields.values():
            if field.name in table.names:
                continue
            if field.presence in ("required", "column"):
                report.add(REQUIRED, table.file, 1, field.name)
            elif field.presence == "recommended":
                report.add(RECOMMENDED, table.file, 1, field.name)
