"""Times of day in which a fare holds."""

from __future__ import annotations

import itertools

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, clock, kind
from gtfs.validate.values import WRONG

HALF = kind(
    "timeframe_only_start_or_end_time_specified",
    ERROR,
    (
        "{field} is missing although the other time is given",
        "Nobody can tell when the fare holds.",
        "Give both times, or neither for the whole day.",
    ),
    (
        "もう一方の時刻があるのに {field} がありません",
        "運賃の適用時間が分かりません。",
        "両方書くか、終日なら両方空にしてください。",
    ),
)
DAY = kind(
    "timeframe_start_or_end_time_greater_than_twenty_four_hours",
    ERROR,
    (
        "a timeframe ends at 24:00:00 at the latest",
        "The fare of the night is never applied.",
        "Split the timeframe at midnight.",
    ),
    ("時間帯は 24:00:00 までです", "深夜の運賃が適用されません。", "0時で二つに分けてください。"),
)
OVERLAP = kind(
    "timeframe_overlap", ERROR,
    ("it begins at {start}, before the timeframe on line {line} ends at {end}", "Two prices hold at once.", "End the earlier timeframe where the later one begins."),
    ("{line} 行目の時間帯が {end} に終わる前の {start} に始まっています", "同時に二つの運賃が当てはまります。", "前の終わりと次の始まりを揃えてください。"),
)  # fmt: skip
KINDS = (HALF, DAY, OVERLAP)
DAY_S = 86_400


def check(context: Context, report: Report) -> None:
    """Every row, then rows of one group and service against each other."""
    table = context.table("timeframes")
    if not table.height:
        return
    begins, ends = table.given("start_time"), table.given("end_time")
    report.rows(HALF, table, np.flatnonzero(ends & ~begins), "start_time")
    report.rows(HALF, table, np.flatnonzero(begins & ~ends), "end_time")
    start, end = table.seconds("start_time"), table.seconds("end_time")
    for name, times in (("start_time", start), ("end_time", end)):
        report.rows(DAY, table, np.flatnonzero(times > DAY_S), name)
    start = np.where(~begins & ~ends, 0, start)
    end = np.where(~begins & ~ends, DAY_S, end)
    groups = list(zip(table.texts("timeframe_group_id"), table.texts("service_id"), strict=True))
    usable = [row for row in range(table.height) if start[row] > WRONG and end[row] > WRONG]
    usable.sort(key=lambda row: (groups[row], start[row], end[row]))
    for before, row in itertools.pairwise(usable):
        if groups[row] == groups[before] and start[row] < end[before]:
            report.rows(
                OVERLAP, table, [row], "start_time", start=clock(int(start[row])), end=clock(int(end[before])),
                line=table.line(before),
            )  # fmt: skip
