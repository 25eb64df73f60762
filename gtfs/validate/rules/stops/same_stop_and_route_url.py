"""Links of a stop that tell nothing of it, but of a route."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.stops._links import report_same

KIND = kind(
    "same_stop_and_route_url",
    WARNING,
    (
        "the link of the stop is that of a route",
        "Who taps it finds nothing about the stop.",
        "Link to a page about the stop, or leave it empty.",
    ),
    (
        "停留所のリンクが路線のものと同じです",
        "押しても停留所の情報がありません。",
        "停留所のページを指すか、空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `stops.txt`."""
    report_same(context, report, KIND, "routes", "route_url")
