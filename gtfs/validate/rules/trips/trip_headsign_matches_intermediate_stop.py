"""Headsigns that name a stop on the way."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "trip_headsign_matches_intermediate_stop",
    INFO,
    (
        "the headsign is the name of a stop on the way ({stop}), not of the last one",
        "Who boards after that stop believes to go back.",
        "Name the last stop, or change the headsign on the way with stop_headsign.",
    ),
    (
        "行先が途中の停留所({stop})の名称です",
        "その先で乗る人が逆方向だと思います。",
        "終点を書くか、途中から stop_headsign で行先を変えてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Trips with a headsign, by the names of their stops; a circular trip ends where it says."""
    trips, stops, calls = context.table("trips"), context.table("stops"), context.calls
    if not trips.has("trip_headsign") or not stops.has("stop_name") or not len(calls.rows):
        return
    signs = trips.column("trip_headsign")
    name = stops.column("stop_name")
    joined = pl.concat([signs.text.cast(pl.String), name.text.cast(pl.String)])
    number = joined.rank("dense").to_numpy().astype(np.int64)
    sign_of = np.append(np.where(signs.blank, -1, number[: len(signs.text)])[signs.codes], -1)
    name_of = np.append(number[len(signs.text) :][name.codes], -2)
    sign, called = sign_of[calls.trip], name_of[calls.stop]
    last = np.repeat(called[calls.offsets[1:] - 1], np.diff(calls.offsets))
    edge = calls.first.copy()
    edge[calls.offsets[1:] - 1] = True
    found = np.flatnonzero((sign == called) & (last != sign) & ~edge)
    if not len(found):
        return
    rows, once = np.unique(calls.trip[found], return_index=True)
    where = dict(zip(rows.tolist(), calls.stop[found[once]].tolist(), strict=True))
    report.rows(KIND, trips, rows, "trip_headsign", lambda row: {"stop": stops.text(where[row], "stop_id")})
