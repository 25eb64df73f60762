"""Edges on a plane, in metres, with a grid over their segments."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.kernels.street import Segments, count_cells, fill_cells
from routing.kernels.ways import Bends
from routing.street.graph import EARTH_M, StreetGraph

_CELL_M = 120.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Equirectangular projection about one latitude: right to a per mille across a city."""

    lat0: float
    lon0: float

    def xy(
        self, lat: npt.ArrayLike, lon: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Metres east and north of the origin."""
        x = EARTH_M * np.radians(np.asarray(lon, float) - self.lon0) * np.cos(np.radians(self.lat0))
        y = EARTH_M * np.radians(np.asarray(lat, float) - self.lat0)
        return x, y

    def point(self, lat: float, lon: float) -> tuple[float, float]:
        """As `xy`, for one point."""
        x = EARTH_M * math.radians(lon - self.lon0) * math.cos(math.radians(self.lat0))
        return x, EARTH_M * math.radians(lat - self.lat0)

    def latlon(self, x: float, y: float) -> tuple[float, float]:
        """Degrees north and east of a point on the plane."""
        lat = self.lat0 + float(np.degrees(y / EARTH_M))
        return lat, self.lon0 + float(np.degrees(x / (EARTH_M * np.cos(np.radians(self.lat0)))))

    def latlon_of(
        self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Degrees north and east of many points on the plane."""
        lat = self.lat0 + np.degrees(y / EARTH_M)
        lon = self.lon0 + np.degrees(x / (EARTH_M * np.cos(np.radians(self.lat0))))
        return lat, lon


def segments_of(graph: StreetGraph) -> tuple[Plane, Segments]:
    """All straight pieces of all edges, indexed by a grid of square cells."""
    plane = Plane(float(graph.node_lat.mean()), float(graph.node_lon.mean()))
    x, y = plane.xy(graph.point_lat, graph.point_lon)
    edges = len(graph.edge_from)
    starts = np.ones(len(x), np.bool_)
    starts[graph.point_offsets[1:] - 1] = False
    first = np.flatnonzero(starts)
    edge = (np.searchsorted(graph.point_offsets, first, side="right") - 1).astype(np.int32)
    x0, y0, x1, y1 = x[first], y[first], x[first + 1], y[first + 1]
    length = np.hypot(x1 - x0, y1 - y0)
    total = np.cumsum(length) - length
    edge_start = np.full(edges, np.inf)
    np.minimum.at(edge_start, edge, total)
    corner = (float(x.min()), float(y.min()))
    shape = np.array(
        [int((x.max() - corner[0]) / _CELL_M) + 1, int((y.max() - corner[1]) / _CELL_M) + 1], np.int32
    )
    origin = np.array([*corner, _CELL_M])
    counts = np.zeros(int(shape[0]) * int(shape[1]), np.int32)
    count_cells(x0, y0, x1, y1, origin, shape, counts)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    members = np.empty(int(offsets[-1]), np.int32)
    fill_cells(x0, y0, x1, y1, origin, shape, offsets[:-1].copy(), members)
    return plane, Segments(x0, y0, x1, y1, edge, total - edge_start[edge], offsets, members, origin, shape)


def bends_of(graph: StreetGraph, plane: Plane) -> Bends:
    """All edges as lines, for drawing ways along them."""
    x, y = plane.xy(graph.point_lat, graph.point_lon)
    total = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    node_x, node_y = plane.xy(graph.node_lat, graph.node_lon)
    straight = np.hypot(
        node_x[graph.edge_to] - node_x[graph.edge_from], node_y[graph.edge_to] - node_y[graph.edge_from]
    )
    apart = straight > 0.0
    least = float(np.min(graph.edge_length_m[apart] / straight[apart], initial=1.0))
    lat0 = float(np.radians(plane.lat0))
    return Bends(
        graph.point_offsets,
        graph.point_lat,
        graph.point_lon,
        total - np.repeat(total[graph.point_offsets[:-1]], np.diff(graph.point_offsets)),
        graph.edge_length_m.astype(np.float64),
        node_x,
        node_y,
        np.array([lat0, np.radians(plane.lon0), np.cos(lat0)]),
        min(least, 1.0) * (1.0 - 1e-6),  # lengths are kept in single precision
    )
