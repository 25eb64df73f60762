"""Dates that are none."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_KEYS, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values
from gtfs.validate.values import WRONG

KIND = kind(
    "invalid_date",
    ERROR,
    ("not a date", "Nobody can tell on which days the service runs.", "Write YYYYMMDD, e.g. 20261125."),
    (
        "日付ではありません",
        "どの日に運行するのかが分かりません。",
        "20261125 のように YYYYMMDD で書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of dates, those of GTFS-JP's own files too."""
    for at in fields_of(context, "date"):
        report_values(report, KIND, at, at.column.days == WRONG)
    for name in JP_KEYS if context.profile in JP_PROFILES else ():
        table = context.table(name)
        wrong = table.days("route_update_date") == WRONG
        report.rows(KIND, table, np.flatnonzero(wrong), "route_update_date")
