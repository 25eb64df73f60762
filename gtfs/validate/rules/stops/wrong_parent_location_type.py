"""Locations that belong to the wrong kind of location."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "wrong_parent_location_type",
    ERROR,
    (
        "it belongs to a location of type {actual} where type {expected} is needed",
        "Platforms and entrances are not grouped, so riders are sent to the wrong place.",
        "Name a station as parent (for boarding areas a platform).",
    ),
    (
        "親の種別が {actual} です({expected} が必要)",
        "のりばや出入口が正しくまとまらず、誤った場所に案内されます。",
        "親には駅(乗車位置ならのりば)を指定してください。",
    ),
)
_NEEDED = {0: 1, 2: 1, 3: 1, 4: 0}


def check(context: Context, report: Report) -> None:
    """Parents by the table of the reference."""
    stops = context.table("stops")
    kinds, parent = context.stops.kind, context.stops.parent
    own = np.append(kinds, -1)[parent]
    wrong = np.zeros(stops.height, np.bool_)
    for child, needed in _NEEDED.items():
        wrong |= (kinds == child) & (parent >= 0) & (own != needed)
    report.rows(
        KIND, stops, np.flatnonzero(wrong), "parent_station",
        lambda row: {"actual": int(own[row]), "expected": _NEEDED[int(kinds[row])]},
    )  # fmt: skip
