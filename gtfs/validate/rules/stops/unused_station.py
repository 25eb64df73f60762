"""Stations without stops."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "unused_station",
    INFO,
    (
        "no stop belongs to the station",
        "Riders find a station where nothing departs.",
        "Name it in parent_station of its stops, or remove it (`--fix` does so).",
    ),
    (
        "どの停留所にも属されていない駅です",
        "何も発着しない駅が検索に出ます。",
        "停留所の parent_station に書くか、削除してください(`--fix` で直せます)。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every station."""
    stops = context.table("stops")
    used = np.zeros(stops.height + 1, np.bool_)
    used[context.stops.parent] = True
    report.rows(KIND, stops, np.flatnonzero((context.stops.kind == 1) & ~used[:-1]), "stop_id")
