"""Elements that must be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import WHY_EN, WHY_JA, report_faults

KIND = kind(
    "missing_required_element",
    ERROR,
    ("{field} is missing", WHY_EN, "Add it."),
    ("{field} がありません", WHY_JA, "追加してください。"),
)


def check(context: Context, report: Report) -> None:
    """The collection, its features, their geometry."""
    report_faults(context, report, KIND)
