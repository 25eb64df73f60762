"""Points that are there twice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._steps import repeated

KIND = kind(
    "equal_shape_distance_same_coordinates",
    WARNING,
    (
        "the point is the same as the one before",
        "It does no harm to riders but makes the feed larger.",
        "Leave one of the points out.",
    ),
    (
        "前の点と同じ点です",
        "利用者に害はありませんが、フィードが大きくなります。",
        "片方の点を削除してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Points in the order of travel."""
    found = context.fact(repeated)
    found.tell(report, KIND, context.table("shapes"), found.same)
