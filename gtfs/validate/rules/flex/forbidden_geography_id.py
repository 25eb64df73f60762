"""Stop times at no place or at several."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_geography_id",
    ERROR,
    (
        "the row names {count} of stop_id, location_group_id and location_id instead of one",
        "Riders cannot tell where the service picks up.",
        "Keep exactly one of the three.",
    ),
    (
        "stop_id・location_group_id・location_id のうち {count} 個が書かれています(1個だけ必要)",
        "どこで乗れるのか分かりません。",
        "三つのうち一つだけにしてください。",
    ),
)
_NAMES = ("stop_id", "location_group_id", "location_id")


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    count = np.zeros(times.height, np.int8)
    for name in _NAMES:
        count += times.given(name)
    report.rows(KIND, times, np.flatnonzero(count != 1), "stop_id", lambda row: {"count": int(count[row])})
