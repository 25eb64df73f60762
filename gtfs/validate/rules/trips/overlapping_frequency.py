"""Headways of one trip that run at once."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, clock, kind
from gtfs.validate.values import WRONG

KIND = kind(
    "overlapping_frequency",
    ERROR,
    (
        "it begins at {start}, before the headway on line {line} ends at {end}",
        "Riders are shown twice the vehicles that come.",
        "End the earlier headway where the later one begins.",
    ),
    (
        "{line} 行目の運行間隔が {end} に終わる前の {start} に始まっています",
        "実際の倍の本数が案内されます。",
        "前の時間帯の終わりと次の始まりを揃えてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Headways of each trip in the order of their beginning."""
    table = context.table("frequencies")
    if not table.height:
        return
    trip = table.column("trip_id").codes.astype(np.int64)
    start, end = table.seconds("start_time"), table.seconds("end_time")
    rows = np.flatnonzero((start > WRONG) & (end > WRONG) & table.given("trip_id"))
    rows = rows[np.lexsort((end[rows], start[rows], trip[rows]))]
    overlap = (trip[rows[1:]] == trip[rows[:-1]]) & (start[rows[1:]] < end[rows[:-1]])
    before = {int(rows[k + 1]): int(rows[k]) for k in np.flatnonzero(overlap).tolist()}
    report.rows(
        KIND, table, np.array(list(before), np.int64), "start_time",
        lambda row: {"start": clock(int(start[row])), "end": clock(int(end[before[row]])), "line": table.line(before[row])},
    )  # fmt: skip
