"""Changes at a stop that the trip does not call at."""

from __future__ import annotations

from functools import partial

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.transfers._sides import sides
from gtfs.validate.table import Table

KIND = kind(
    "transfer_with_invalid_trip_and_stop",
    ERROR,
    (
        "the trip {trip} does not call at this stop or station",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name a stop of the trip.",
    ),
    (
        "便 {trip} はこの停留所に停まりません",
        "乗り換えが無視され、接続が案内されません。",
        "便が停まる停留所を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both sides of every row that names a trip."""
    table = context.table("transfers")
    for side in context.fact(sides):
        rows = side.both[~side.calling]
        report.rows(KIND, table, rows, side.stop_field, partial(_said, table, side.trip_field))


def _said(table: Table, field: str, row: int) -> dict[str, object]:
    return {"trip": table.text(row, field)}
