"""Pathways to a stop that is reached from the street."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.pathways._ends import ends_of

KIND = kind(
    "pathway_to_stop_with_access_outside_of_station_pathways",
    ERROR,
    (
        "the stop is reached from the street (stop_access=1), not by pathways",
        "Riders are sent through the station for nothing.",
        "Remove the pathway, or set stop_access to 0.",
    ),
    (
        "道路から直接行ける停留所(stop_access=1)に通路があります",
        "駅の中を遠回りさせてしまいます。",
        "通路を削除するか、stop_access を 0 にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both ends of every pathway."""
    stops = context.table("stops")
    outside = np.append((stops.choice("stop_access", -1) == 1) & (context.stops.kind == 0), False)
    for name, end, _ in ends_of(context):
        report.rows(KIND, context.table("pathways"), np.flatnonzero(outside[end]), name)
