"""Elevators to no level."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import ELEVATOR, ends_of

KIND = kind(
    "missing_level_id",
    ERROR,
    (
        "the stop is joined by an elevator but is on no level",
        "Riders cannot be told to which floor to go.",
        "Give the stop its level_id, and the level in levels.txt.",
    ),
    (
        "エレベーターでつながるのに階が書かれていません",
        "何階へ行けばよいか案内できません。",
        "level_id を書き、levels.txt に階を追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Stops that an elevator joins."""
    table, stops = context.table("pathways"), context.table("stops")
    elevator = table.choice("pathway_mode", -1) == ELEVATOR
    joined = np.zeros(stops.height + 1, np.bool_)
    for _, end, _ in ends_of(context):
        joined[end[elevator]] = True
    report.rows(KIND, stops, np.flatnonzero(joined[:-1] & ~stops.given("level_id")), "level_id")
