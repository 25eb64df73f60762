"""Values that must be there."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_KEYS, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind

KIND = kind(
    "missing_required_field",
    ERROR,
    ("{field} has no value", "Apps leave the record out, or cannot tell what it means.", "Give it a value."),
    (
        "{field} の値がありません",
        "レコードが無視されるか、意味が分からなくなります。",
        "値を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Required columns; ends of transfers and joins by their kind; the names of GTFS-JP's own files."""
    for at in fields_of(context):
        if at.field.presence == "required":
            report.rows(KIND, at.table, at.column.rows(at.column.blank), at.field.name)
    joins = context.table("fare_leg_join_rules")
    start, end = joins.given("from_stop_id"), joins.given("to_stop_id")
    report.rows(KIND, joins, np.flatnonzero(~start & end), "from_stop_id")
    report.rows(KIND, joins, np.flatnonzero(start & ~end), "to_stop_id")
    _transfers(context, report)
    if context.profile in JP_PROFILES:
        _japan(context, report)


def _transfers(context: Context, report: Report) -> None:
    table = context.table("transfers")
    linked = np.isin(table.choice("transfer_type"), (4, 5))
    for name in ("from_stop_id", "to_stop_id"):
        report.rows(KIND, table, np.flatnonzero(~linked & ~table.given(name)), name)
    for name in ("from_trip_id", "to_trip_id"):
        report.rows(KIND, table, np.flatnonzero(linked & ~table.given(name)), name)


def _japan(context: Context, report: Report) -> None:
    for name, key in JP_KEYS.items():
        table = context.table(name)
        if table.has(key):
            report.rows(KIND, table, np.flatnonzero(~table.given(key)), key)
    offices = context.table("office_jp")
    report.rows(KIND, offices, np.flatnonzero(~offices.given("office_name")), "office_name")
