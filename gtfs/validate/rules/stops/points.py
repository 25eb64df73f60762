"""Positions that nobody means: near (0, 0), near a pole."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import F64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import ERROR, kind

ORIGIN = kind(
    "point_near_origin",
    ERROR,
    (
        "the point lies near latitude 0, longitude 0, in the Gulf of Guinea",
        "The stop or line is missing where it should be on the map.",
        "Give the true position; 0 is no way to say unknown.",
    ),
    (
        "緯度0・経度0(ギニア湾)の近くの点です",
        "地図の正しい場所に停留所や路線が表示されません。",
        "本当の位置を書いてください。0 は「不明」を意味しません。",
    ),
)
POLE = kind(
    "point_near_pole", ERROR,
    ("the point lies near a pole", "The stop or line is missing where it should be on the map.", "Give the true position."),
    ("極点の近くの点です", "地図の正しい場所に停留所や路線が表示されません。", "本当の位置を書いてください。"),
)  # fmt: skip
KINDS = (ORIGIN, POLE)
_NEAR_DEGREES = 1.0


def check(context: Context, report: Report) -> None:
    """Stops, shape points and zones within one degree."""
    for table_name, lat_name, lon_name in (
        ("stops", "stop_lat", "stop_lon"),
        ("shapes", "shape_pt_lat", "shape_pt_lon"),
    ):
        table = context.table(table_name)
        lat, lon = table.numbers(lat_name), table.numbers(lon_name)
        for kind_, near in _near(lat, lon):
            report.rows(kind_, table, np.flatnonzero(near), lat_name)
    for feature in context.zones.features:
        points = np.array(list(_points(feature.body.get("geometry"))), np.float64).reshape(-1, 2)
        for kind_, near in _near(points[:, 1], points[:, 0]):
            for lon_, lat_ in points[near].tolist():
                report.add(kind_, "locations.geojson", field="coordinates", value=f"{lon_}, {lat_}")


def _near(lat: F64, lon: F64) -> list[tuple[Kind, Bool]]:
    return [
        (ORIGIN, (np.abs(lat) <= _NEAR_DEGREES) & (np.abs(lon) <= _NEAR_DEGREES)),
        (POLE, (np.abs(lat) >= 90 - _NEAR_DEGREES) & (np.abs(lat) <= 90)),
    ]


def _points(geometry: object) -> list[list[float]]:
    """Positions of a geometry, however deep its arrays."""
    found: list[list[float]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if len(part) >= 2 and all(isinstance(v, int | float) for v in part[:2]):
            found.append([float(part[0]), float(part[1])])
        else:
            waiting.extend(part)
    return found
