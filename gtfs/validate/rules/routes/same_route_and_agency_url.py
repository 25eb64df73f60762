"""Links of a route that tell nothing of it."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "same_route_and_agency_url",
    WARNING,
    (
        "the link of the route is that of the agency",
        "Who taps it finds nothing about the route.",
        "Link to a page about the route, or leave it empty.",
    ),
    (
        "路線のリンクが事業者のものと同じです",
        "押しても路線の情報がありません。",
        "路線のページを指すか、空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`, without regard to case."""
    routes = context.table("routes")
    own = {v.lower() for v in context.table("agency").texts("agency_url")} - {""}
    same = [row for row, v in enumerate(routes.texts("route_url")) if v.lower() in own]
    report.rows(KIND, routes, same, "route_url")
