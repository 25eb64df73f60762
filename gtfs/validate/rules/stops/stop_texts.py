"""Descriptions and links that tell nothing new."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

SAME = kind(
    "same_name_and_description_for_stop",
    WARNING,
    (
        "the description repeats the name",
        "It is read aloud twice and helps nobody to find the stop.",
        "Describe the place (“in front of the city hall”) or leave it empty.",
    ),
    (
        "説明が名称と同じです",
        "同じ言葉が二度読まれるだけで、場所を探す役に立ちません。",
        "「市役所前の歩道」のように説明するか、空にしてください。",
    ),
)
AGENCY = kind(
    "same_stop_and_agency_url",
    WARNING,
    (
        "the link of the stop is that of the agency",
        "Who taps it finds nothing about the stop.",
        "Link to a page about the stop, or leave it empty.",
    ),
    (
        "停留所のリンクが事業者のものと同じです",
        "押しても停留所の情報がありません。",
        "停留所のページを指すか、空にしてください。",
    ),
)
ROUTE = kind(
    "same_stop_and_route_url", WARNING,
    ("the link of the stop is that of a route", "Who taps it finds nothing about the stop.", "Link to a page about the stop, or leave it empty."),
    ("停留所のリンクが路線のものと同じです", "押しても停留所の情報がありません。", "停留所のページを指すか、空にしてください。"),
)  # fmt: skip
KINDS = (SAME, AGENCY, ROUTE)


def check(context: Context, report: Report) -> None:
    """Names, descriptions and links compared without regard to case."""
    stops = context.table("stops")
    if stops.has("stop_desc", "stop_name"):
        pairs = zip(stops.texts("stop_name"), stops.texts("stop_desc"), strict=True)
        same = [row for row, (name, said) in enumerate(pairs) if said and said.lower() == name.lower()]
        report.rows(SAME, stops, same, "stop_desc")
    if not stops.has("stop_url"):
        return
    links = [v.lower() for v in stops.texts("stop_url")]
    for kind_, table, field in ((AGENCY, "agency", "agency_url"), (ROUTE, "routes", "route_url")):
        others = {v.lower() for v in context.table(table).texts(field)} - {""}
        report.rows(kind_, stops, [row for row, v in enumerate(links) if v in others], "stop_url")
