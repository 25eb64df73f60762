"""References to records that are not there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gtfs.model.schedule import Bool
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
    for table, field, refers in _references(context):
        if not table.height:
            continue
        column = table.column(field)
        bad = ~column.blank
        for parent, key in refers:
            bad &= ~_known(context, table, field, parent, key)
        if bad.any():
            named = " / ".join(f"{_file(t)}: {c}" for t, c in refers)
            report.rows(KIND, table, column.rows(bad), field, parent=named)


def _references(context: Context) -> Iterator[tuple[Table, str, Refers]]:
    for at in fields_of(context):
        if at.field.refers:
            yield at.table, at.field.name, at.field.refers
    for name, field, parent, key in JP_REFERENCES if context.profile in JP_PROFILES else ():
        if context.table(name).has(field):
            yield context.table(name), field, ((parent, key),)


def _file(table: str) -> str:
    return "locations.geojson" if table == "locations" else f"{table}.txt"


def _known(context: Context, table: Table, field: str, parent: str, key: str) -> Bool:
    """Which distinct values of the column are one of the parent's."""
    if parent == "locations":
        ids = context.zones.ids
        return np.array([text in ids for text in table.column(field).text.to_list()], np.bool_)
    return table.find_values(field, context.table(parent), key) >= 0
