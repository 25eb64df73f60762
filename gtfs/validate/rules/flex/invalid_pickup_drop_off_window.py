"""Windows that end before they begin."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import WINDOW_END, WINDOW_START, Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.values import WRONG

KIND = kind(
    "invalid_pickup_drop_off_window",
    ERROR,
    (
        "the window ends when or before it begins",
        "Nobody can ever book the ride.",
        "Let end_pickup_drop_off_window lie after the start.",
    ),
    ("予約時間帯の終わりが始まり以前です", "誰も予約できません。", "終わりを始まりより後にしてください。"),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stop_times.txt`."""
    times = context.table("stop_times")
    begins, ends = times.seconds(WINDOW_START), times.seconds(WINDOW_END)
    report.rows(KIND, times, np.flatnonzero((begins > WRONG) & (ends > WRONG) & (ends <= begins)), WINDOW_END)
