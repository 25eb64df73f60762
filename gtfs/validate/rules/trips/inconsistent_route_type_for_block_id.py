"""One vehicle that is a bus and a train."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.trips._blocks import blocks

KIND = kind(
    "inconsistent_route_type_for_block_id",
    WARNING,
    (
        "block {block} holds routes of several types: {types}",
        "A vehicle does not turn from bus into train; riders are told to stay seated.",
        "Give the trips different blocks.",
    ),
    (
        "ブロック {block} に異なる種別の路線があります: {types}",
        "バスが鉄道に変わることはないのに乗り続けるよう案内されます。",
        "別々の block_id にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every block."""
    trips = context.table("trips")
    if trips.given("block_id").any():
        _types(context, report, context.fact(blocks))


def _types(context: Context, report: Report, block: I64) -> None:
    trips = context.table("trips")
    kinds = np.append(context.table("routes").choice("route_type", -1), -1)[context.trip_route]
    rows = pl.DataFrame({"block": block, "kind": kinds, "row": np.arange(trips.height)})
    mixed = (
        rows.filter((pl.col("block") >= 0) & (pl.col("kind") >= 0))
        .group_by("block")
        .agg(pl.col("kind").unique().sort(), pl.col("row").min())
        .filter(pl.col("kind").list.len() > 1)
        .sort("row")
    )
    types = dict(zip(mixed["row"].to_list(), mixed["kind"].to_list(), strict=True))
    report.rows(
        KIND, trips, np.array(list(types), np.int64), "block_id",
        lambda row: {"block": trips.text(row, "block_id"), "types": ", ".join(map(str, types[row]))},
    )  # fmt: skip
