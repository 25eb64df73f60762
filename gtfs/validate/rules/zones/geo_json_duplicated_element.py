"""Elements that an object has twice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import report_faults

KIND = kind(
    "geo_json_duplicated_element",
    ERROR,
    (
        "an object has the element {field} twice; the first is used",
        "Apps may read the other one than you meant.",
        "Keep one of the two.",
    ),
    (
        "要素 {field} が重複しています(最初のものを使用)",
        "アプリが意図しない方を読むおそれがあります。",
        "一つだけ残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every object of the file."""
    report_faults(context, report, KIND)
