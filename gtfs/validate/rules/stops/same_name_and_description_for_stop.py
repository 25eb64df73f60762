"""Descriptions that repeat the name."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Every row of `stops.txt`, without regard to case."""
    stops = context.table("stops")
    if stops.has("stop_desc", "stop_name"):
        pairs = zip(stops.texts("stop_name"), stops.texts("stop_desc"), strict=True)
        same = [row for row, (name, said) in enumerate(pairs) if said and said.lower() == name.lower()]
        report.rows(KIND, stops, same, "stop_desc")
