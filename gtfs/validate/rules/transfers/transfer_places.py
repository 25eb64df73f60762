"""Where interchanges are, and how far the walk is."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, INFO, WARNING, kind
from gtfs.validate.sphere import distance_m

PLACE = kind(
    "transfer_with_invalid_stop_location_type",
    ERROR,
    (
        "a transfer cannot be at a location of type {type}",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name a stop or a station.",
    ),
    (
        "種別 {type} の場所では乗り換えを指定できません",
        "乗り換えが無視され、接続が案内されません。",
        "停留所か駅を書いてください。",
    ),
)
FAR = kind(
    "transfer_distance_too_large",
    WARNING,
    (
        "the two stops are {km} km apart",
        "Riders are sent on a walk of hours.",
        "Correct the stops or their positions.",
    ),
    (
        "二つの停留所が {km} km 離れています",
        "何時間も歩く乗り換えを案内してしまいます。",
        "停留所か位置を直してください。",
    ),
)
LONG = kind(
    "transfer_distance_above_2_km", INFO,
    ("the two stops are {km} km apart", "Few riders walk so far between two vehicles.", "Check that the interchange is meant."),
    ("二つの停留所が {km} km 離れています", "これほど歩く人はほとんどいません。", "意図した乗り換えか確かめてください。"),
)  # fmt: skip
KINDS = (PLACE, FAR, LONG)
FAR_M, LONG_M = 10_000.0, 2_000.0


def check(context: Context, report: Report) -> None:
    """Both ends of every row."""
    table, stops = context.table("transfers"), context.table("stops")
    if not table.height or not stops.height:
        return
    kinds = np.append(context.stops.kind, 0)
    ends = [table.find(name, stops, "stop_id") for name in ("from_stop_id", "to_stop_id")]
    for name, end in zip(("from_stop_id", "to_stop_id"), ends, strict=True):
        own = kinds[end]

        def wrong(row: int, own: I64 = own) -> dict[str, object]:
            return {"type": int(own[row])}

        report.rows(PLACE, table, np.flatnonzero(own > 1), name, wrong)
    lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
    metres = distance_m(lat[ends[0]], lon[ends[0]], lat[ends[1]], lon[ends[1]])

    def details(row: int) -> dict[str, object]:
        return {"km": f"{metres[row] / 1000:.1f}"}

    report.rows(FAR, table, np.flatnonzero(metres > FAR_M), "to_stop_id", details)
    report.rows(LONG, table, np.flatnonzero((metres > LONG_M) & (metres <= FAR_M)), "to_stop_id", details)
