"""Changes with a long walk."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.rules.transfers._ends import FAR_M, LONG_M, walks

KIND = kind(
    "transfer_distance_above_2_km",
    INFO,
    (
        "the two stops are {km} km apart",
        "Few riders walk so far between two vehicles.",
        "Check that the interchange is meant.",
    ),
    (
        "二つの停留所が {km} km 離れています",
        "これほど歩く人はほとんどいません。",
        "意図した乗り換えか確かめてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row."""
    found = context.fact(walks)
    found.tell(report, KIND, context.table("transfers"), (found.metres > LONG_M) & (found.metres <= FAR_M))
