"""Links of stops against those of others."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report


def report_same(context: Context, report: Report, kind: Kind, table: str, field: str) -> None:
    """Stops whose link is one of another table's, without regard to case."""
    stops = context.table("stops")
    if stops.has("stop_url"):
        others = {v.lower() for v in context.table(table).texts(field)} - {""}
        same = [row for row, v in enumerate(stops.texts("stop_url")) if v.lower() in others]
        report.rows(kind, stops, same, "stop_url")
