"""Shapes along which nothing runs."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "unused_shape",
    WARNING,
    (
        "no trip runs along the shape",
        "Some trip may lack its line on the map.",
        "Name it in trips.txt, or remove it.",
    ),
    (
        "どの便にも使われていない形状です",
        "線の描かれない便があるかもしれません。",
        "trips.txt に書くか、削除してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every shape."""
    shapes, trips = context.table("shapes"), context.table("trips")
    first = shapes.first_rows("shape_id")
    unused = ~first["k"].is_in(trips.column("shape_id").text.implode())
    report.rows(KIND, shapes, first.filter(unused)["row"].to_numpy(), "shape_id")
