"""References to records that are not there."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES, JP_REFERENCES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind
from gtfs.validate.table import Table

KIND = kind(
    "foreign_key_violation",
    ERROR,
    (
        "there is no {parent} of this name",
        "The record hangs in the air: trips lose stops, days, shapes or fares.",
        "Correct the identifier, or add the record that it names.",
    ),
    (
        "{parent} に該当するものがありません",
        "参照先がないため、便・停留所・運行日・運賃などが案内から抜け落ちます。",
        "識別子を直すか、参照先のレコードを追加してください。",
    ),
)
Refers = tuple[tuple[str, str], ...]


def check(context: Context, report: Report) -> None:
    """Every reference of the specification, and of GTFS-JP in its profiles."""
    known: dict[Refers, pl.Series] = {}
    for table, field, refers in _references(context):
        if not table.height:
            continue
        if refers not in known:
            known[refers] = _known(context, refers)
        column = table.column(field)
        bad = ~column.text.is_in(known[refers].implode()).to_numpy() & ~column.blank
        if bad.any():
            parent = " / ".join(f"{_file(t)}: {c}" for t, c in refers)
            report.rows(KIND, table, column.rows(bad), field, parent=parent)


def _references(context: Context) -> Iterator[tuple[Table, str, Refers]]:
    for at in fields_of(context):
        if at.field.refers:
            yield at.table, at.field.name, at.field.refers
    for name, field, parent, key in JP_REFERENCES if context.profile in JP_PROFILES else ():
        if context.table(name).has(field):
            yield context.table(name), field, ((parent, key),)


def _file(table: str) -> str:
    return "locations.geojson" if table == "locations" else f"{table}.txt"


def _known(context: Context, refers: Refers) -> pl.Series:
    found = [pl.Series([], dtype=pl.String)]
    for name, column in refers:
        table = context.table(name)
        if name == "locations":
            found.append(pl.Series(sorted(context.zones.ids), dtype=pl.String))
        elif table.has(column):
            found.append(table.column(column).text)
    return pl.concat(found).unique()
