"""Numbers of changes that are none."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.fares._transfer_rules import transfer_kind

KIND = transfer_kind(
    "fare_transfer_rule_invalid_transfer_count",
    ("transfer_count must be -1 or at least 1", "Write -1 for no limit, or the number of changes."),
    ("transfer_count は -1 か 1 以上です", "無制限なら -1、そうでなければ回数を書いてください。"),
)


def check(context: Context, report: Report) -> None:
    """Every row of `fare_transfer_rules.txt`."""
    table = context.table("fare_transfer_rules")
    count = table.numbers("transfer_count")
    report.rows(KIND, table, np.flatnonzero((count < -1) | (count == 0)), "transfer_count")
