"""Changes that are a journey of their own."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.transfers._ends import FAR_M, walks

KIND = kind(
    "transfer_distance_too_large",
    WARNING,
    (
        "the two stops are {km} km apart",
        "Riders are sent on a walk of hours.",
        "Correct the stops or their positions.",
    ),
    (
        "二つの停留所が {km} km 離れています",
        "何時間も歩く乗り換えを案内してしまいます。",
        "停留所か位置を直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row."""
    found = context.fact(walks)
    found.tell(report, KIND, context.table("transfers"), found.metres > FAR_M)
