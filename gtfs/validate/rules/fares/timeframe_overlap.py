"""Two timeframes of one group at once."""

from __future__ import annotations

import itertools

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, clock, kind
from gtfs.validate.rules.fares._timeframes import DAY_S
from gtfs.validate.values import WRONG

KIND = kind(
    "timeframe_overlap",
    ERROR,
    (
        "it begins at {start}, before the timeframe on line {line} ends at {end}",
        "Two prices hold at once.",
        "End the earlier timeframe where the later one begins.",
    ),
    (
        "{line} 行目の時間帯が {end} に終わる前の {start} に始まっています",
        "同時に二つの運賃が当てはまります。",
        "前の終わりと次の始まりを揃えてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of one group and service against each other."""
    table = context.table("timeframes")
    if not table.height:
        return
    whole_day = ~table.given("start_time") & ~table.given("end_time")
    start = np.where(whole_day, 0, table.seconds("start_time"))
    end = np.where(whole_day, DAY_S, table.seconds("end_time"))
    groups = list(zip(table.texts("timeframe_group_id"), table.texts("service_id"), strict=True))
    usable = [row for row in range(table.height) if start[row] > WRONG and end[row] > WRONG]
    usable.sort(key=lambda row: (groups[row], start[row], end[row]))
    before = {
        row: earlier
        for earlier, row in itertools.pairwise(usable)
        if groups[row] == groups[earlier] and start[row] < end[earlier]
    }

    def said(row: int) -> dict[str, object]:
        first = before[row]
        return {"start": clock(int(start[row])), "end": clock(int(end[first])), "line": table.line(first)}

    report.rows(KIND, table, list(before), "start_time", said)
