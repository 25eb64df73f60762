"""The sea out of coastlines: OpenStreetMap draws the shore only, land on its left and water on its right."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import shapely
from shapely import LineString, Point, Polygon

__all__ = ["sea_of"]

_ASIDE = 1e-6
"""How far beside the shore a side is probed, as a share of the frame's width."""


def sea_of(coast: Iterable[LineString], frame: tuple[float, float, float, float]) -> list[Polygon]:
    """Polygons of water within `frame` (west, south, east, north; the unit of `coast`).

    The shore cuts the frame into faces. Every stretch of it votes for the face on its right as water and
    against the face on its left. A face with contradicting votes, as where an extract cuts the shore short,
    is left land.
    """
    box = shapely.box(*frame)
    shore = shapely.line_merge(shapely.MultiLineString(list(coast)), directed=True)
    inside = shapely.get_parts(shapely.clip_by_rect(shore, *frame))  # which keeps the direction
    stretches = [part for part in inside if isinstance(part, LineString) and part.length > 0]
    if not stretches:
        return []
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize([*_noded([box.exterior, *stretches])]))
        if isinstance(face, Polygon)
    ]
    aside = (frame[2] - frame[0]) * _ASIDE
    right = [_beside(s, aside) for s in stretches]
    left = [_beside(s, -aside) for s in stretches]
    return [
        face
        for face in faces
        if any(face.contains(p) for p in right) and not any(face.contains(p) for p in left)
    ]


def _noded(lines: list[LineString]) -> list[LineString]:
    return [p for p in shapely.get_parts(shapely.union_all(lines)) if isinstance(p, LineString)]


def _beside(line: LineString, right: float) -> Point:
    """A point `right` beside the middle of the line's longest segment."""
    points = list(line.coords)
    (ax, ay), (bx, by) = max(pairwise(points), key=lambda ab: math.dist(ab[0], ab[1]))
    length = math.hypot(bx - ax, by - ay)
    return Point((ax + bx) / 2 + (by - ay) / length * right, (ay + by) / 2 - (bx - ax) / length * right)
