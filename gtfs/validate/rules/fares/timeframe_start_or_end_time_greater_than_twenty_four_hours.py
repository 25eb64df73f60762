"""Timeframes that run past midnight."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.fares._timeframes import DAY_S

KIND = kind(
    "timeframe_start_or_end_time_greater_than_twenty_four_hours",
    ERROR,
    (
        "a timeframe ends at 24:00:00 at the latest",
        "The fare of the night is never applied.",
        "Split the timeframe at midnight.",
    ),
    ("時間帯は 24:00:00 までです", "深夜の運賃が適用されません。", "0時で二つに分けてください。"),
)


def check(context: Context, report: Report) -> None:
    """Every row of `timeframes.txt`."""
    table = context.table("timeframes")
    for name in ("start_time", "end_time"):
        report.rows(KIND, table, np.flatnonzero(table.seconds(name) > DAY_S), name)
