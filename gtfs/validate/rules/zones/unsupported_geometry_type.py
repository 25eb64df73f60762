"""Zones that are no areas."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import WHY_EN, WHY_JA, report_faults

KIND = kind(
    "unsupported_geometry_type",
    ERROR,
    ("a zone must be a Polygon or MultiPolygon", WHY_EN, "Draw the zone as an area."),
    ("区域は Polygon か MultiPolygon でなければなりません", WHY_JA, "区域を面として描いてください。"),
)


def check(context: Context, report: Report) -> None:
    """Every geometry."""
    report_faults(context, report, KIND)
