"""Changes at what is neither stop nor station."""

from __future__ import annotations

from functools import partial

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.transfers._ends import END_FIELDS

KIND = kind(
    "transfer_with_invalid_stop_location_type",
    ERROR,
    (
        "a transfer cannot be at a location of type {type}",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name a stop or a station.",
    ),
    (
        "種別 {type} の場所では乗り換えを指定できません",
        "乗り換えが無視され、接続が案内されません。",
        "停留所か駅を書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Both ends of every row."""
    table, stops = context.table("transfers"), context.table("stops")
    for name in END_FIELDS:
        own = np.append(context.stops.kind, 0)[table.find(name, stops, "stop_id")]
        report.rows(KIND, table, np.flatnonzero(own > 1), name, partial(_said, own))


def _said(kinds: I64, row: int) -> dict[str, object]:
    return {"type": int(kinds[row])}
