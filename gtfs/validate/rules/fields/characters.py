"""Characters that a value should not hold."""

from __future__ import annotations

import polars as pl

from gtfs.model.schedule import Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.spec import specification
from gtfs.validate.system import INVALID_CHARACTER, WHITESPACE
from gtfs.validate.table import Table

NEW_LINE = kind(
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
NON_ASCII = kind(
    "non_ascii_or_non_printable_char", WARNING,
    ("the identifier holds other characters than printable ASCII", "Some apps cannot match such identifiers with live data.", "Use letters, digits and signs of ASCII in identifiers."),
    ("識別子に ASCII の印字可能文字以外が含まれています", "リアルタイム情報との突き合わせができないアプリがあります。", "識別子には半角の英数字と記号を使ってください。"),
)  # fmt: skip
KINDS = (NEW_LINE, NON_ASCII, WHITESPACE, INVALID_CHARACTER)


def check(context: Context, report: Report) -> None:
    """Every column of every table, each distinct value once."""
    tables = specification()
    for table in context.tables:
        spec = tables.get(table.name)
        for name in table.names:
            values = table.column(name).values
            _report(report, NEW_LINE, table, name, values.str.contains(r"[\r\n\t]"))
            _report(report, INVALID_CHARACTER, table, name, values.str.contains("\ufffd", literal=True))
            _report(report, WHITESPACE, table, name, _surrounded(values))
            field = spec.fields.get(name) if spec else None
            if field is not None and field.type == "id":
                _report(report, NON_ASCII, table, name, values.str.contains(r"[^\x20-\x7e]"))


def _surrounded(values: pl.Series) -> pl.Series:
    return values.str.len_bytes() != values.str.strip_chars().str.len_bytes()


def _report(report: Report, kind: Kind, table: Table, name: str, bad: pl.Series) -> None:
    marks: Bool = bad.to_numpy()
    if marks.any():
        report.rows(kind, table, table.column(name).rows(marks), name, reason="�")
