"""Columns that should be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.files._presence import missing_columns

KIND = kind(
    "missing_recommended_column",
    WARNING,
    (
        "{file} has no column {field}, which GTFS recommends",
        "Riders get less certain answers, e.g. from a timetable out of date.",
        "Add the column.",
    ),
    (
        "{file} に推奨される列 {field} がありません",
        "古い時刻表が使われるなど、案内の確かさが下がります。",
        "列を追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Columns by the reference; the agency of routes and fares where there is only one."""
    for table, field in missing_columns(context, "recommended"):
        report.add(KIND, table.file, 1, field)
    for name in ("routes", "fare_attributes"):
        table = context.table(name)
        if context.table("agency").height <= 1 and table.names and not table.has("agency_id"):
            report.add(KIND, table.file, 1, "agency_id")
