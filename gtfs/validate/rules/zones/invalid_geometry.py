"""Areas whose inside nobody can tell from their outside."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import report_faults

KIND = kind(
    "invalid_geometry",
    ERROR,
    (
        "the polygon is not valid: {reason}",
        "Apps disagree on who is inside the zone.",
        "Redraw the outline so that it closes and does not cross itself.",
    ),
    (
        "ポリゴンが正しくありません: {reason}",
        "区域の内外がアプリによって異なります。",
        "輪郭を閉じ、交差しないように描き直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every area, by OpenGIS Simple Features."""
    report_faults(context, report, KIND)
