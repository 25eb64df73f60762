"""Shapes in themselves: their points, their distances, their use."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.sphere import distance_m

_WHY_EN, _WHY_JA = (
    "The vehicle is drawn at a wrong place of its line.",
    "車両が路線上の誤った位置に描かれます。",
)

DECREASING = kind(
    "decreasing_shape_distance",
    ERROR,
    (
        "the distance falls from {before} along the shape",
        _WHY_EN,
        "Let shape_dist_traveled grow with shape_pt_sequence.",
    ),
    ("距離が {before} から減っています", _WHY_JA, "shape_pt_sequence の順に距離が増えるようにしてください。"),
)
FAR = kind(
    "equal_shape_distance_diff_coordinates",
    ERROR,
    ("same distance as the point before, {metres} m away", _WHY_EN, "Give each point its own distance."),
    ("{metres} m 離れた前の点と距離が同じです", _WHY_JA, "点ごとに距離を書いてください。"),
)
NEAR = kind(
    "equal_shape_distance_diff_coordinates_distance_below_threshold",
    WARNING,
    (
        "same distance as the point before, {metres} m away",
        _WHY_EN,
        "Write the distance with more decimals, or leave out one of the points.",
    ),
    ("{metres} m 離れた前の点と距離が同じです", _WHY_JA, "距離の桁を増やすか、片方の点を削除してください。"),
)
SAME = kind(
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
SINGLE = kind(
    "single_shape_point",
    WARNING,
    (
        "the shape has one point only",
        "The line is not drawn on the map.",
        "Add the other points, or remove the shape.",
    ),
    ("点が一つしかない形状です", "路線が地図に描かれません。", "点を追加するか、形状を削除してください。"),
)
UNUSED = kind(
    "unused_shape", WARNING,
    ("no trip runs along the shape", "Some trip may lack its line on the map.", "Name it in trips.txt, or remove it."),
    ("どの便にも使われていない形状です", "線の描かれない便があるかもしれません。", "trips.txt に書くか、削除してください。"),
)  # fmt: skip
KINDS = (DECREASING, FAR, NEAR, SAME, SINGLE, UNUSED)
NEAR_M = 1.11


def check(context: Context, report: Report) -> None:
    """Points in the order of travel."""
    shapes, trips = context.table("shapes"), context.table("trips")
    if not shapes.height:
        return
    lines = context.lines
    inside = ~lines.first[1:]
    if not np.isnan(lines.dist).all():
        step = np.diff(lines.dist)
        falls = np.flatnonzero(inside & (step < 0)) + 1
        before = dict(zip(lines.rows[falls].tolist(), lines.dist[falls - 1].tolist(), strict=True))
        report.rows(
            DECREASING,
            shapes,
            lines.rows[falls],
            "shape_dist_traveled",
            lambda row: {"before": f"{before[row]:g}"},
        )
        equal = np.flatnonzero(inside & (step == 0)) + 1
        metres = distance_m(lines.lat[equal - 1], lines.lon[equal - 1], lines.lat[equal], lines.lon[equal])
        same = (lines.lat[equal] == lines.lat[equal - 1]) & (lines.lon[equal] == lines.lon[equal - 1])
        away = dict(zip(lines.rows[equal].tolist(), metres.tolist(), strict=True))
        for kind_, chosen in (
            (SAME, same),
            (NEAR, ~same & (metres < NEAR_M)),
            (FAR, ~same & (metres >= NEAR_M)),
        ):
            report.rows(
                kind_, shapes, lines.rows[equal[chosen]], "shape_dist_traveled",
                lambda row: {"metres": f"{away[row]:.2f}"},
            )  # fmt: skip
    single = np.flatnonzero(np.diff(lines.offsets) == 1)
    report.rows(SINGLE, shapes, lines.rows[lines.offsets[single]], "shape_id")
    first = shapes.first_rows("shape_id")
    unused = ~first["k"].is_in(trips.column("shape_id").text.implode())
    report.rows(UNUSED, shapes, first.filter(unused)["row"].to_numpy(), "shape_id")
