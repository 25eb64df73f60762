"""Trips that nobody can ride."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

UNUSED = kind(
    "unused_trip",
    WARNING,
    ("the trip has no stop times", "It is never shown.", "Add its stop times, or remove the trip."),
    (
        "停車時刻のない便です",
        "この便は表示されません。",
        "stop_times.txt に時刻を追加するか、便を削除してください。",
    ),
)
UNUSABLE = kind(
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
KINDS = (UNUSED, UNUSABLE)


def check(context: Context, report: Report) -> None:
    """Trips by the number of their calls; one call in a zone is `missing_stop_times_record`."""
    trips, times = context.table("trips"), context.table("stop_times")
    if not times.exists:
        return  # the file that is missing is the news
    calls = context.calls
    counts = np.zeros(trips.height + 1, np.int64)
    np.add.at(counts, calls.trips(), np.diff(calls.offsets))
    named = trips.given("trip_id")
    first = np.zeros(trips.height, np.bool_)
    if trips.has("trip_id"):
        first[trips.first_rows("trip_id")["row"].to_numpy()] = True
    report.rows(UNUSED, trips, np.flatnonzero(named & first & (counts[:-1] == 0)), "trip_id")
    single = np.flatnonzero(named & first & (counts[:-1] == 1))
    if len(single):
        zoned = times.given("location_id") | times.given("location_group_id")
        in_zone = np.zeros(trips.height + 1, np.bool_)
        in_zone[calls.trip[zoned[calls.rows]]] = True
        report.rows(UNUSABLE, trips, single[~in_zone[single]], "trip_id")
