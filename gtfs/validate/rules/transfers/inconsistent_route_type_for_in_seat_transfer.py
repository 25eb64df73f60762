"""Staying seated while the bus turns into a train."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.transfers._sides import sides, stays_seated

KIND = kind(
    "inconsistent_route_type_for_in_seat_transfer",
    WARNING,
    (
        "staying seated leads from route type {before} to {after}",
        "A vehicle does not turn from bus into train.",
        "Correct the trips, or the types of their routes.",
    ),
    (
        "種別 {before} から {after} へ乗り続けるとされています",
        "バスが鉄道に変わることはありません。",
        "便か路線の種別を直してください。",
    ),
)
_FAMILIES = {0: 2, 1: 2, 2: 2, 12: 2, 11: 3}
"""Trams, metros and trains run through onto one another's tracks, trolleybuses beyond their wires."""


def check(context: Context, report: Report) -> None:
    """Both sides of every row that says so."""
    types = np.append(context.table("routes").choice("route_type", -1), -1)
    found = [types[side.route] for side in context.fact(sides)]
    if not found:
        return
    before, after = found
    differ = (before >= 0) & (after >= 0) & (_family(before) != _family(after))
    report.rows(
        KIND, context.table("transfers"), np.flatnonzero(stays_seated(context) & differ), "to_trip_id",
        lambda row: {"before": int(before[row]), "after": int(after[row])},
    )  # fmt: skip


def _family(types: I64) -> I64:
    out = types.copy()
    for own, family in _FAMILIES.items():
        out[types == own] = family
    return out
