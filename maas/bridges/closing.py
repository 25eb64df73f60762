"""Streets without the edges that some polygons shut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from routing.street.graph import StreetGraph

__all__ = ["Corners", "shut"]

Corners = Sequence[tuple[float, float]]
"""A polygon of (lon, lat)."""


def shut(graph: StreetGraph, polygons: Sequence[Corners], modes: int) -> StreetGraph:
    """The graph with every edge that touches a polygon shut to `modes` (flags of `routing.street.tags`)."""
    if not polygons:
        return graph
    closed = np.zeros(len(graph.edge_from), bool)
    edge_of = np.repeat(np.arange(len(graph.edge_from)), np.diff(graph.point_offsets))
    lines = shapely.linestrings(np.column_stack((graph.point_lon, graph.point_lat)), indices=edge_of)
    for corners in polygons:
        polygon = shapely.Polygon(corners)
        shapely.prepare(polygon)
        closed |= shapely.intersects(polygon, lines)
    flags = np.where(closed, graph.edge_flags & ~np.uint16(modes), graph.edge_flags).astype(np.uint16)
    return graph._replace(edge_flags=flags)
