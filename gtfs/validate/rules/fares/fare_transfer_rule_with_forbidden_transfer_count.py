"""A number of changes where there is one change only."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.fares._transfer_rules import in_one_group, transfer_kind

KIND = transfer_kind(
    "fare_transfer_rule_with_forbidden_transfer_count",
    ("transfer_count is forbidden between different leg groups", "Leave it empty."),
    ("異なる区間グループの間に transfer_count は書けません", "空にしてください。"),
)


def check(context: Context, report: Report) -> None:
    """Rows of `fare_transfer_rules.txt` between different leg groups."""
    table = context.table("fare_transfer_rules")
    bad = table.given("transfer_count") & ~in_one_group(table)
    report.rows(KIND, table, np.flatnonzero(bad), "transfer_count")
