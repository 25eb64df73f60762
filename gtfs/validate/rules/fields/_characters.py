"""Characters that a value should not hold: one walk over all columns for four rules."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from gtfs.model.schedule import Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.spec import specification
from gtfs.validate.table import Table

_ODD = r"[\r\n\t\x{fffd}]|^\s|\s$"
_ODD_NAME = rf"{_ODD}|[^\x20-\x7e]"
"""One look that finds whether there is anything to be looked for; hardly any column has it."""


class Suspects(NamedTuple):
    """Which distinct values of a column hold what they should not; None where none does."""

    table: Table
    field: str
    line_break: Bool | None
    replaced: Bool | None
    surrounded: Bool | None
    non_ascii: Bool | None


def suspects(context: Context) -> list[Suspects]:
    """Every column of every table with a value that is odd, each distinct value looked at once."""
    tables = specification()
    found = []
    for table in context.tables:
        spec = tables.get(table.name)
        for name in table.names:
            values = table.column(name).values
            field = spec.fields.get(name) if spec else None
            named = field is not None and field.type == "id"
            if not values.str.contains(_ODD_NAME if named else _ODD).any():
                continue
            at = Suspects(
                table, name,
                _marks(values.str.contains(r"[\r\n\t]")),
                _marks(values.str.contains("\ufffd", literal=True)),
                _marks(values.str.len_bytes() != values.str.strip_chars().str.len_bytes()),
                _marks(values.str.contains(r"[^\x20-\x7e]")) if named else None,
            )  # fmt: skip
            found.append(at)
    return found


def _marks(bad: pl.Series) -> Bool | None:
    return bad.to_numpy() if bad.any() else None


def report_marked(report: Report, kind: Kind, at: Suspects, marks: Bool | None) -> None:
    """One finding per row that has a marked value."""
    if marks is not None:
        rows = at.table.column(at.field).rows(marks)
        report.rows(kind, at.table, rows, at.field, reason="�")
