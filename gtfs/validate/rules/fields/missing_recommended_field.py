"""Values that should be there."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, fields_of, kind

KIND = kind(
    "missing_recommended_field",
    WARNING,
    (
        "{field} has no value, which GTFS recommends",
        "Riders get less certain answers, e.g. from a timetable out of date.",
        "Give it a value.",
    ),
    (
        "推奨される {field} の値がありません",
        "古い時刻表が使われるなど、案内の確かさが下がります。",
        "値を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Recommended columns; the agency of routes and fares where there is only one."""
    several = context.table("agency").height > 1
    for at in fields_of(context):
        if at.field.presence == "recommended" and not (several and at.table.name == "agency"):
            report.rows(KIND, at.table, at.column.rows(at.column.blank), at.field.name)
    for name in () if several else ("routes", "fare_attributes"):  # else it is missing_required_agency_id
        table = context.table(name)
        if table.has("agency_id"):
            report.rows(KIND, table, np.flatnonzero(~table.given("agency_id")), "agency_id")
