"""Descriptions that repeat the name."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "same_name_and_description_for_route",
    WARNING,
    (
        "the description repeats the {name}",
        "It is read aloud twice and tells nothing new.",
        "Describe the route (“via the hospital, every 20 minutes”) or leave it empty.",
    ),
    (
        "説明が {name} と同じです",
        "同じ言葉が二度読まれるだけで役に立ちません。",
        "「病院経由、20分間隔」のように説明するか、空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`, without regard to case."""
    routes = context.table("routes")
    said = routes.texts("route_desc")
    for field in ("route_short_name", "route_long_name"):
        pairs = zip(said, routes.texts(field), strict=True)
        same = [row for row, (text, name) in enumerate(pairs) if text and text.lower() == name.lower()]
        report.rows(KIND, routes, same, "route_desc", name=field)
