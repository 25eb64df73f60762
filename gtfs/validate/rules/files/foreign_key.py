"""References to records that are not there."""

from __future__ import annotations

import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind

KIND = kind(
    "foreign_key_violation", ERROR,
    ("there is no {parent} of this name", "The record hangs in the air: trips lose stops, days, shapes or fares.", "Correct the identifier, or add the record that it names."),
    ("{parent} に該当するものがありません", "参照先がないため、便・停留所・運行日・運賃などが案内から抜け落ちます。", "識別子を直すか、参照先のレコードを追加してください。"),
)  # fmt: skip
KINDS = (KIND,)


def check(context: Context, report: Report) -> None:
    """Every reference of the specification."""
    known: dict[tuple[tuple[str, str], ...], pl.Series] = {}
    for at in fields_of(context):
        if not at.field.refers or not at.table.height:
            continue
        if at.field.refers not in known:
            known[at.field.refers] = _known(context, at.field.refers)
        bad = ~at.column.text.is_in(known[at.field.refers].implode()).to_numpy() & ~at.column.blank
        if bad.any():
            parent = " / ".join(f"{_file(t)}: {c}" for t, c in at.field.refers)
            report.rows(KIND, at.table, at.column.rows(bad), at.field.name, parent=parent)


def _file(table: str) -> str:
    return "locations.geojson" if table == "locations" else f"{table}.txt"


def _known(context: Context, refers: tuple[tuple[str, str], ...]) -> pl.Series:
    found = [pl.Series([], dtype=pl.String)]
    for name, column in refers:
        table = context.table(name)
        if name == "locations":
            found.append(pl.Series(sorted(context.zones.ids), dtype=pl.String))
        elif table.has(column):
            found.append(table.column(column).text)
    return pl.concat(found).unique()
