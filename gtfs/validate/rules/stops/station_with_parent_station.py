"""Stations within stations."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "station_with_parent_station",
    ERROR,
    (
        "a station cannot belong to another location",
        "Apps drop the station or mix up the two.",
        "Leave parent_station empty for stations.",
    ),
    (
        "駅に親の駅が指定されています",
        "駅が無視されるか混同されます。",
        "駅の parent_station は空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every station."""
    stops = context.table("stops")
    bad = (context.stops.kind == 1) & stops.given("parent_station")
    report.rows(KIND, stops, np.flatnonzero(bad), "parent_station")
