"""The street graph as flat arrays: junctions, edges between them, and the bends of each edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U16 = npt.NDArray[np.uint16]

EARTH_M = 6_371_008.8
_CURVE_BITS = 16


class StreetGraph(NamedTuple):
    """Undirected edge records; which directions are open to whom stands in the flags (`street.tags`)."""

    node_lat: F64  # node -> degrees north; float64, (nodes,)
    node_lon: F64  # node -> degrees east
    edge_from: I32  # edge -> node; int32, (edges,)
    edge_to: I32  # edge -> node
    edge_length_m: F32  # edge -> metres along its bends; float32
    edge_flags: U16  # edge -> bits of street.tags; uint16
    edge_speed_kmh: F32  # edge -> speed allowed to vehicles; float32
    edge_name: I32  # edge -> entry of names, -1 if none; int32
    point_offsets: I64  # edge -> first bend, ends included; int64, (edges + 1,)
    point_lat: F64  # bend -> degrees north
    point_lon: F64  # bend -> degrees east
    out_offsets: I32  # node -> first entry of out_edge; int32, (nodes + 1,)
    out_edge: I32  # entry -> edge that touches the node; int32, (2 x edges,)
    component: I32  # node -> number of its connected part, 0 the largest; int32


@dataclass(frozen=True, slots=True)
class Way:
    """A line of points, some of which other ways share; what both a map extract and an area give."""

    nodes: Sequence[int]  # identifiers: equal means the same place
    lat: Sequence[float]
    lon: Sequence[float]
    flags: int
    speed_kmh: float
    name: int


def assemble(ways: Sequence[Way]) -> StreetGraph:
    """Cut ways at the nodes that more than one of them uses, and at their ends."""
    if not ways:
        raise ValueError("no street that anybody may use: check the extract or the streets file")
    ids = np.concatenate([np.asarray(w.nodes, np.int64) for w in ways])
    lat = np.concatenate([np.asarray(w.lat, np.float64) for w in ways])
    lon = np.concatenate([np.asarray(w.lon, np.float64) for w in ways])
    sizes = np.array([len(w.nodes) for w in ways])
    way = np.repeat(np.arange(len(ways)), sizes)
    ends = np.cumsum(sizes)
    _, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
    cut = counts[inverse] > 1
    cut[ends - 1] = True
    cut[ends - sizes] = True
    # Every point but a way's last one is followed by a step; an edge begins at each cut point.
    step = np.ones(len(ids), np.bool_)
    step[ends - 1] = False
    begins = np.flatnonzero(cut & step)
    next_cut = np.flatnonzero(cut)
    stops = next_cut[np.searchsorted(next_cut, begins, side="right")]
    nodes, numbered = np.unique(inverse[cut], return_inverse=True)
    node_of_point = np.full(len(ids), -1, np.int64)
    node_of_point[cut] = numbered
    first_point = np.full(len(nodes), len(ids), np.int64)
    np.minimum.at(first_point, numbered, np.flatnonzero(cut))
    lengths = stops - begins + 1
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    points = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
    edge_way = way[begins]
    along = np.concatenate(([0.0], np.cumsum(step_m(lat, lon))))
    graph = StreetGraph(
        node_lat=lat[first_point],
        node_lon=lon[first_point],
        edge_from=node_of_point[begins].astype(np.int32),
        edge_to=node_of_point[stops].astype(np.int32),
        edge_length_m=np.maximum(along[stops] - along[begins], 0.01).astype(np.float32),
        edge_flags=np.array([w.flags for w in ways], np.uint16)[edge_way],
        edge_speed_kmh=np.array([w.speed_kmh for w in ways], np.float32)[edge_way],
        edge_name=np.array([w.name for w in ways], np.int32)[edge_way],
        point_offsets=offsets.astype(np.int64),
        point_lat=lat[points],
        point_lon=lon[points],
        out_offsets=np.empty(0, np.int32),
        out_edge=np.empty(0, np.int32),
        component=np.empty(0, np.int32),
    )
    return _with_adjacency(_near_beside_near(graph))


def step_m(lat: F64, lon: F64) -> F64:
    """Metres from each point to the next; (n - 1,). Equirectangular: exact to a per mille within a city."""
    phi, lam = np.radians(lat), np.radians(lon)
    metres: F64 = EARTH_M * np.hypot(np.diff(lam) * np.cos((phi[1:] + phi[:-1]) / 2), np.diff(phi))
    return metres


def parts(nodes: int, start: I32, end: I32) -> I32:
    """The number of the connected part of each node, 0 the one of most nodes; (nodes,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    by_size = np.argsort(-np.bincount(label), kind="stable")
    rank = np.empty(len(by_size), np.int32)
    rank[by_size] = np.arange(len(by_size))
    numbered: I32 = rank[label]
    return numbered


def _near_beside_near(graph: StreetGraph) -> StreetGraph:
    """The same streets, numbered along a Z curve (Morton 1966), so that searches read less memory.

    Edges follow the lesser of their nodes.
    """
    nodes = np.argsort(_place_on_curve(graph.node_lat, graph.node_lon), kind="stable")
    number = np.empty(len(nodes), np.int32)
    number[nodes] = np.arange(len(nodes))
    start, end = number[graph.edge_from], number[graph.edge_to]
    edges = np.lexsort((np.maximum(start, end), np.minimum(start, end)))
    lengths = np.diff(graph.point_offsets)[edges]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    points = np.arange(offsets[-1]) + np.repeat(graph.point_offsets[:-1][edges] - offsets[:-1], lengths)
    return graph._replace(
        node_lat=graph.node_lat[nodes],
        node_lon=graph.node_lon[nodes],
        edge_from=start[edges],
        edge_to=end[edges],
        edge_length_m=graph.edge_length_m[edges],
        edge_flags=graph.edge_flags[edges],
        edge_speed_kmh=graph.edge_speed_kmh[edges],
        edge_name=graph.edge_name[edges],
        point_offsets=offsets,
        point_lat=graph.point_lat[points],
        point_lon=graph.point_lon[points],
    )


def _place_on_curve(lat: F64, lon: F64) -> I64:
    """Bits of both coordinates in turns; (n,)."""
    place = np.zeros(len(lat), np.int64)
    for axis, degrees in enumerate((lon, lat)):
        span = max(float(np.ptp(degrees)), 1e-9)
        cell = ((degrees - degrees.min()) / span * (2**_CURVE_BITS - 1)).astype(np.int64)
        for bit in range(_CURVE_BITS):
            place |= (cell >> bit & 1) << (2 * bit + axis)
    return place


def _with_adjacency(graph: StreetGraph) -> StreetGraph:
    nodes, edges = len(graph.node_lat), len(graph.edge_from)
    touched = np.concatenate((graph.edge_from, graph.edge_to))
    edge = np.concatenate((np.arange(edges), np.arange(edges)))
    order = np.argsort(touched, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(touched, minlength=nodes))))
    return graph._replace(
        out_offsets=offsets.astype(np.int32),
        out_edge=edge[order].astype(np.int32),
        component=parts(nodes, graph.edge_from, graph.edge_to),
    )
