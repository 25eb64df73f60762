"""At how many stops trips call."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context


def calls_per_trip(context: Context) -> I64:
    """Number of calls per row of `trips.txt`; -1 for rows without a name or whose name stands above already."""
    trips, calls = context.table("trips"), context.calls
    counts = np.zeros(trips.height + 1, np.int64)
    np.add.at(counts, calls.trips(), np.diff(calls.offsets))
    first = np.zeros(trips.height, np.bool_)
    if trips.has("trip_id"):
        first[trips.first_rows("trip_id")["row"].to_numpy()] = True
    numbers: I64 = np.where(first, counts[:-1], -1)
    return numbers
