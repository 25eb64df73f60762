"""Distances that fall along a shape."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.shapes._words import WHY_EN, WHY_JA

KIND = kind(
    "decreasing_shape_distance",
    ERROR,
    (
        "the distance falls from {before} along the shape",
        WHY_EN,
        "Let shape_dist_traveled grow with shape_pt_sequence.",
    ),
    ("距離が {before} から減っています", WHY_JA, "shape_pt_sequence の順に距離が増えるようにしてください。"),
)


def check(context: Context, report: Report) -> None:
    """Points in the order of travel."""
    lines = context.lines
    falls = np.flatnonzero(~lines.first[1:] & (np.diff(lines.dist) < 0)) + 1
    before = dict(zip(lines.rows[falls].tolist(), lines.dist[falls - 1].tolist(), strict=True))
    report.rows(
        KIND, context.table("shapes"), lines.rows[falls], "shape_dist_traveled",
        lambda row: {"before": f"{before[row]:g}"},
    )  # fmt: skip
