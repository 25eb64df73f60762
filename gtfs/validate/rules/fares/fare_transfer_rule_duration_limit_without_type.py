"""A time of which nobody knows from where to where."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.fares._transfer_rules import transfer_kind

KIND = transfer_kind(
    "fare_transfer_rule_duration_limit_without_type",
    ("duration_limit is given but no duration_limit_type", "Say between which events the time counts."),
    (
        "duration_limit があるのに duration_limit_type がありません",
        "どこからどこまでの時間かを書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `fare_transfer_rules.txt`."""
    table = context.table("fare_transfer_rules")
    bad = table.given("duration_limit") & ~table.given("duration_limit_type")
    report.rows(KIND, table, np.flatnonzero(bad), "duration_limit")
