"""With several agencies each must be named, and each route and fare must say whose it is."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "missing_required_agency_id",
    ERROR,
    (
        "with several agencies in the feed {field} must have a value",
        "Riders cannot tell who runs the line, whom to call or what it costs.",
        "Name the agency by its agency_id.",
    ),
    (
        "事業者が複数あるため {field} に値が必要です",
        "どの事業者の路線・運賃か分からなくなります。",
        "事業者の agency_id を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """`agency_id` wherever there are several."""
    if context.table("agency").height <= 1:
        return
    for name in ("agency", "routes", "fare_attributes"):
        table = context.table(name)
        report.rows(KIND, table, np.flatnonzero(~table.given("agency_id")), "agency_id")
