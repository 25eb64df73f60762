"""Trips that nobody can board and alight."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.trips._counts import calls_per_trip

KIND = kind(
    "unusable_trip",
    WARNING,
    (
        "the trip calls at one stop only",
        "Nobody can board and alight, so it is never shown.",
        "Add the other stops, or remove the trip.",
    ),
    (
        "停留所が一つしかない便です",
        "乗って降りることができず、表示されません。",
        "他の停留所を追加するか、便を削除してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Trips by the number of their calls; one call in a zone is `missing_stop_times_record`."""
    trips, calls = context.table("trips"), context.calls
    single = np.flatnonzero(context.fact(calls_per_trip) == 1)
    if len(single):
        in_zone = np.zeros(trips.height + 1, np.bool_)
        in_zone[calls.trip[context.zoned[calls.rows]]] = True
        report.rows(KIND, trips, single[~in_zone[single]], "trip_id")
