"""Time zones that are none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values

KIND = kind(
    "invalid_timezone",
    ERROR,
    (
        "not a time zone",
        "Every departure is shown hours too early or too late.",
        "Write a name of the tz database, e.g. Asia/Tokyo.",
    ),
    (
        "タイムゾーンではありません",
        "すべての発車時刻が何時間もずれて表示されます。",
        "Asia/Tokyo のような tz データベースの名前を書いてください。",
    ),
)


def is_zone(name: str) -> bool:
    """Whether the tz database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # `..` and folders are no KeyError
        return False
    return True


def check(context: Context, report: Report) -> None:
    """Every column of time zones."""
    for at in fields_of(context, "timezone"):
        good = np.array([not t or is_zone(t) for t in at.column.text.to_list()], np.bool_)
        report_values(report, KIND, at, ~good)
