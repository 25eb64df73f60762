"""Shapes that are no line."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "single_shape_point",
    WARNING,
    (
        "the shape has one point only",
        "The line is not drawn on the map.",
        "Add the other points, or remove the shape.",
    ),
    ("点が一つしかない形状です", "路線が地図に描かれません。", "点を追加するか、形状を削除してください。"),
)


def check(context: Context, report: Report) -> None:
    """Every shape."""
    lines = context.lines
    single = np.flatnonzero(np.diff(lines.offsets) == 1)
    report.rows(KIND, context.table("shapes"), lines.rows[lines.offsets[single]], "shape_id")
