"""Travel on demand that begins and never ends."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "missing_stop_times_record",
    ERROR,
    (
        "travel on demand needs a row to board and one to alight (of the same zone if within it); the trip has one row in all",
        "Nobody can alight, so the service is never offered.",
        "Repeat the row with the next stop_sequence.",
    ),
    (
        "乗る行と降りる行の二つが必要ですが(区域内の移動なら同じ区域)、便に一行しかありません",
        "降りる場所がなく、サービスが案内されません。",
        "次の stop_sequence で同じ行を追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Trips with one row that has a zone or a window."""
    times = context.table("stop_times")
    on_demand = context.zoned | context.windowed
    if not on_demand.any():
        return
    calls = context.calls
    alone = calls.rows[calls.offsets[:-1][np.diff(calls.offsets) == 1]]
    report.rows(KIND, times, np.sort(alone[on_demand[alone]]), "trip_id")
