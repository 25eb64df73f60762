"""Pathways that lead nowhere."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.pathways._ends import END_FIELDS

KIND = kind(
    "pathway_loop",
    WARNING,
    (
        "the pathway ends where it begins",
        "It leads nowhere; the way that was meant is missing.",
        "Correct one of its ends.",
    ),
    ("通路の両端が同じです", "どこにも行けず、本来の通路が欠けています。", "片方の端を直してください。"),
)


def check(context: Context, report: Report) -> None:
    """Both ends of every pathway."""
    table = context.table("pathways")
    ends = zip(*(table.texts(name) for name in END_FIELDS), strict=True)
    loops = [row for row, (a, b) in enumerate(ends) if a and a == b]
    report.rows(KIND, table, loops, "to_stop_id")
