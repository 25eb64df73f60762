"""Drop-off within a window as if at a stop."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "forbidden_drop_off_type",
    ERROR,
    (
        "with a window drop-off cannot be regular (0)",
        "Riders expect a stop that is made only on request.",
        "Set drop_off_type to 1, 2 or 3.",
    ),
    (
        "時間帯があるとき drop_off_type に 0 は使えません",
        "求めないと停まらない所で降りられると思ってしまいます。",
        "drop_off_type を 1、2、3 のいずれかにしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of `stop_times.txt` with a window."""
    times = context.table("stop_times")
    if context.has_windows:
        bad = times.choice("drop_off_type") == 0
        report.rows(KIND, times, np.flatnonzero(context.windowed & bad), "drop_off_type")
