"""Staying seated where the trip does not end."""

from __future__ import annotations

from functools import partial

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.transfers._sides import sides, stays_seated
from gtfs.validate.table import Table

KIND = kind(
    "transfer_with_suspicious_mid_trip_in_seat",
    WARNING,
    (
        "staying seated is said of a stop in the middle of trip {trip}",
        "Riders may be told to stay in a vehicle that goes elsewhere.",
        "Name the last stop of the first trip and the first stop of the second.",
    ),
    (
        "便 {trip} の途中の停留所で乗り続けるとされています",
        "別の所へ行く車両に乗り続けるよう案内するおそれがあります。",
        "前の便の終点と次の便の始点を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both sides of every row that says so."""
    table, in_seat = context.table("transfers"), stays_seated(context)
    for side in context.fact(sides):
        rows = side.both[side.calling & ~side.edge & in_seat[side.both]]
        report.rows(KIND, table, rows, side.stop_field, partial(_said, table, side.trip_field))


def _said(table: Table, field: str, row: int) -> dict[str, object]:
    return {"trip": table.text(row, field)}
