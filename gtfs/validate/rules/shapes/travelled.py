"""Distances along the shape that stop times give."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import F64, I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, INFO, WARNING, kind
from gtfs.validate.sphere import distance_m
from gtfs.validate.table import NONE

_WHY_EN, _WHY_JA = (
    "The vehicle is drawn at a wrong place of its line.",
    "車両が路線上の誤った位置に描かれます。",
)

NOT_GROWING = kind(
    "decreasing_or_equal_stop_time_distance",
    ERROR,
    (
        "the distance does not grow: it was {before} at the stop before",
        _WHY_EN,
        "Let shape_dist_traveled grow from stop to stop.",
    ),
    ("前の停留所の距離 {before} から増えていません", _WHY_JA, "停留所ごとに距離が増えるようにしてください。"),
)
BEYOND = kind(
    "trip_distance_exceeds_shape_distance",
    ERROR,
    (
        "the trip goes beyond the end of its shape ({length}), {metres} m away",
        _WHY_EN,
        "Prolong the shape, or correct the distances (both in the same unit).",
    ),
    (
        "便が形状の終わり({length})を越えています({metres} m)",
        _WHY_JA,
        "形状を延ばすか、距離を同じ単位で直してください。",
    ),
)
A_LITTLE = kind(
    "trip_distance_exceeds_shape_distance_below_threshold",
    WARNING,
    (
        "the trip goes a little beyond the end of its shape ({length}), {metres} m away",
        _WHY_EN,
        "Let the last distances of trip and shape agree.",
    ),
    (
        "便が形状の終わり({length})をわずかに越えています({metres} m)",
        _WHY_JA,
        "便と形状の最後の距離を揃えてください。",
    ),
)
NO_BASE = kind(
    "trip_with_shape_dist_traveled_but_no_shape_distances", INFO,
    ("the trip gives distances, but not every point of its shape does", "Apps place the stops on the line by guesswork.", "Give shape_dist_traveled to every point of the shape, or to no stop time."),
    ("便に距離がありますが、形状の点に距離のないものがあります", "停留所の位置が線上で推測になります。", "形状の全点に距離を書くか、停車時刻の距離を外してください。"),
)  # fmt: skip
KINDS = (NOT_GROWING, BEYOND, A_LITTLE, NO_BASE)
THRESHOLD_M = 11.1


def check(context: Context, report: Report) -> None:
    """Calls that give a distance, in the order of travel."""
    times, calls = context.table("stop_times"), context.calls
    travelled = times.numbers("shape_dist_traveled")[calls.rows]
    at = np.flatnonzero(~np.isnan(travelled))
    if not len(at):
        return
    group = calls.group[at]
    value = travelled[at]
    falls = np.flatnonzero((group[1:] == group[:-1]) & (value[1:] <= value[:-1])) + 1
    before = dict(zip(calls.rows[at[falls]].tolist(), value[falls - 1].tolist(), strict=True))
    report.rows(
        NOT_GROWING, times, np.array(list(before), np.int64), "shape_dist_traveled",
        lambda row: {"before": f"{before[row]:g}"},
    )  # fmt: skip
    if context.table("shapes").height:
        _against_shapes(context, report, at, group, value)


def _against_shapes(context: Context, report: Report, at: I64, group: I64, value: F64) -> None:
    times, calls, lines = context.table("stop_times"), context.calls, context.lines
    last = np.flatnonzero(np.append(group[1:] != group[:-1], True))
    first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    trip = calls.trip[at[last]]
    shape = np.append(context.trip_shape, NONE)[trip]
    good = shape >= 0
    last, first, shape = last[good], first[good], shape[good]
    gaps = np.concatenate(([0], np.cumsum(np.isnan(lines.dist))))
    partly = gaps[lines.offsets[shape + 1]] > gaps[lines.offsets[shape]]
    report.rows(NO_BASE, times, np.sort(calls.rows[at[first[partly]]]), "shape_dist_traveled")
    end = lines.offsets[shape + 1] - 1
    length = lines.dist[end]
    over = ~partly & (value[last] > length)
    stop = calls.stop[at[last]]
    lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
    metres = distance_m(lines.lat[end], lines.lon[end], lat[stop], lon[stop])
    rows = calls.rows[at[last]]
    said = {int(r): (float(n), float(m)) for r, n, m in zip(rows, length, metres, strict=True)}
    for kind_, chosen in (
        (BEYOND, over & (metres >= THRESHOLD_M)),
        (A_LITTLE, over & (metres < THRESHOLD_M)),
    ):
        report.rows(
            kind_, times, rows[chosen], "shape_dist_traveled",
            lambda row: {"length": f"{said[row][0]:g}", "metres": f"{said[row][1]:.1f}"},
        )  # fmt: skip
