"""Values that must or should be there."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, fields_of, kind

REQUIRED = kind(
    "missing_required_field",
    ERROR,
    ("{field} has no value", "Apps leave the record out, or cannot tell what it means.", "Give it a value."),
    (
        "{field} の値がありません",
        "レコードが無視されるか、意味が分からなくなります。",
        "値を書いてください。",
    ),
)
RECOMMENDED = kind(
    "missing_recommended_field", WARNING,
    ("{field} has no value, which GTFS recommends", "Riders get less certain answers, e.g. from a timetable out of date.", "Give it a value."),
    ("推奨される {field} の値がありません", "古い時刻表が使われるなど、案内の確かさが下がります。", "値を書いてください。"),
)  # fmt: skip
KINDS = (REQUIRED, RECOMMENDED)


def check(context: Context, report: Report) -> None:
    """Blank values of required and recommended columns; an unpaired one of join rules too."""
    for at in fields_of(context):
        if at.field.presence in ("optional", "column"):
            continue
        if at.field.presence == "recommended" and at.table.name == "agency" and at.table.height > 1:
            continue  # then it is required: missing_required_agency_id
        named = REQUIRED if at.field.presence == "required" else RECOMMENDED
        report.rows(named, at.table, at.column.rows(at.column.blank), at.field.name)
    joins = context.table("fare_leg_join_rules")
    start, end = joins.given("from_stop_id"), joins.given("to_stop_id")
    report.rows(REQUIRED, joins, np.flatnonzero(~start & end).tolist(), "from_stop_id")
    report.rows(REQUIRED, joins, np.flatnonzero(start & ~end).tolist(), "to_stop_id")
    _transfers(context, report)


def _transfers(context: Context, report: Report) -> None:
    table = context.table("transfers")
    linked = np.isin(table.choice("transfer_type"), (4, 5))
    for name in ("from_stop_id", "to_stop_id"):
        report.rows(REQUIRED, table, np.flatnonzero(~linked & ~table.given(name)).tolist(), name)
    for name in ("from_trip_id", "to_trip_id"):
        report.rows(REQUIRED, table, np.flatnonzero(linked & ~table.given(name)).tolist(), name)
