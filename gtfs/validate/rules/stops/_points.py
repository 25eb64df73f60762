"""Positions of stops, shapes and zones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gtfs.model.schedule import F64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report

NEAR_DEGREES = 1.0


def report_near(context: Context, report: Report, kind: Kind, near: Callable[[F64, F64], Bool]) -> None:
    """Points of which `near(lat, lon)` is true, of stops, shapes and zones."""
    for table_name, lat_name, lon_name in (
        ("stops", "stop_lat", "stop_lon"),
        ("shapes", "shape_pt_lat", "shape_pt_lon"),
    ):
        table = context.table(table_name)
        marked = near(table.numbers(lat_name), table.numbers(lon_name))
        report.rows(kind, table, np.flatnonzero(marked), lat_name)
    for feature in context.zones.features:
        points = np.array(list(_points(feature.body.get("geometry"))), np.float64).reshape(-1, 2)
        for lon, lat in points[near(points[:, 1], points[:, 0])].tolist():
            report.add(kind, "locations.geojson", field="coordinates", value=f"{lon}, {lat}")


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
