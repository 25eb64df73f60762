"""A way to measure a time that is not given."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules.fares._transfer_rules import transfer_kind

KIND = transfer_kind(
    "fare_transfer_rule_duration_limit_type_without_duration_limit",
    (
        "duration_limit_type is given but no duration_limit",
        "Give the limit in seconds, or leave the type empty.",
    ),
    (
        "duration_limit がないのに duration_limit_type があります",
        "制限時間を秒で書くか、種別を空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `fare_transfer_rules.txt`."""
    table = context.table("fare_transfer_rules")
    bad = table.given("duration_limit_type") & ~table.given("duration_limit")
    report.rows(KIND, table, np.flatnonzero(bad), "duration_limit_type")
