"""No number of changes where there may be many."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.fares._transfer_rules import in_one_group, transfer_kind

KIND = transfer_kind(
    "fare_transfer_rule_without_transfer_count",
    ("transfer_count is required within one leg group", "Write -1 for no limit, or the number of changes."),
    (
        "同じ区間グループ内では transfer_count が必要です",
        "無制限なら -1、そうでなければ回数を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rows of `fare_transfer_rules.txt` within a leg group."""
    table = context.table("fare_transfer_rules")
    bad = ~table.given("transfer_count") & in_one_group(table) & table.given("from_leg_group_id")
    report.rows(KIND, table, np.flatnonzero(bad), "transfer_count")
