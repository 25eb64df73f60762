"""The shortest way between two points over streets, drawn: A* (Hart, Nilsson and Raphael 1968).

Costs are effective metres as in `routing.kernels.street`; the straight line to the end, shortened by
`Bends.least` so that it is never longer than a street, says where to look first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import I64
from routing.kernels.street import (
    F64,
    INFINITE,
    Ground,
    WalkState,
    of_edge,
    pop,
    push,
    same_edge_cost,
    wide,
)

EARTH_M = 6_371_008.8
_ROUNDING_M = 1.0
"""So much a point on an edge may lie from where its share of the edge puts it."""


class Bends(NamedTuple):
    """Edges as lines, and nodes on the plane."""

    offsets: I64  # edge -> first bend, ends included; int64, (edges + 1,)
    lat: F64  # bend -> degrees north
    lon: F64  # bend -> degrees east
    along_m: F64  # bend -> metres of its edge before it, on the plane
    length_m: F64  # edge -> metres as its cost counts them
    node_x: F64  # node -> metres east of the plane's origin
    node_y: F64  # node -> metres north of it
    plane: F64  # latitude and longitude of the plane's origin in radians, cosine of the former; (3,)
    least: float  # no edge costs less than this share of the straight line between its ends


@njit(cache=True, nogil=True)
def way_between(
    ground: Ground, bends: Bends, first: int, share: float, last: int, goal: float,
    start: tuple[float, float], end: tuple[float, float], limit: float, state: WalkState,
) -> tuple[float, float, F64, F64]:  # fmt: skip
    """(effective metres, metres, latitudes, longitudes) of the shortest way; infinite if there is none.

    From a share of edge `first` to a share of edge `last`; drawn with `start` and `end` as first and last
    point, the effective metres without the gaps to them.
    """
    best = INFINITE
    if first == last:
        best = same_edge_cost(ground, first, share, goal)
    cost, node = _searched(ground, bends, first, share, last, goal, best, limit, state)
    if not cost < INFINITE:
        return INFINITE, 0.0, np.empty(0), np.empty(0)
    lat, lon = drawn(ground, bends, first, share, last, goal, node, state, start, end)
    return cost, length_of(lat, lon), lat, lon


@njit(cache=True, nogil=True)
def length_of(lat: F64, lon: F64) -> float:
    """Metres along a line; equirectangular from point to point."""
    metres = 0.0
    for k in range(1, lat.shape[0]):
        middle = np.radians(0.5 * (lat[k] + lat[k - 1]))
        metres += np.hypot(np.radians(lon[k] - lon[k - 1]) * np.cos(middle), np.radians(lat[k] - lat[k - 1]))
    return metres * EARTH_M


@njit(cache=True, nogil=True)
def _xy(bends: Bends, point: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north on the plane."""
    x = EARTH_M * (np.radians(point[1]) - bends.plane[1]) * bends.plane[2]
    return x, EARTH_M * (np.radians(point[0]) - bends.plane[0])


@njit(cache=True, nogil=True)
def _searched(
    ground: Ground, bends: Bends, first: int, share: float, last: int, goal: float, best: float,
    limit: float, state: WalkState,
) -> tuple[float, int]:  # fmt: skip
    """Cost of the way, and the node by which it comes to the last edge (-1: along the first edge)."""
    node = wide(-1)
    size = wide(0)
    touched = wide(0)
    x, y = _xy(bends, place_on(bends, last, goal))
    size, touched = _reach(
        bends, state, size, touched, ground.edge_to[first], of_edge(1.0 - share, ground.along[first]), first,
        x, y, limit,
    )  # fmt: skip
    size, touched = _reach(
        bends, state, size, touched, ground.edge_from[first], of_edge(share, ground.back[first]), first,
        x, y, limit,
    )  # fmt: skip
    while size > 0:
        least = state.heap_cost[0]
        if least >= best:
            break
        here = wide(state.heap_node[0])
        size = pop(state, size)
        cost = state.cost[here]
        if least > cost + _ahead(bends, here, x, y):
            continue
        if here == ground.edge_from[last] and cost + of_edge(goal, ground.along[last]) < best:
            best, node = cost + of_edge(goal, ground.along[last]), here
        if here == ground.edge_to[last] and cost + of_edge(1.0 - goal, ground.back[last]) < best:
            best, node = cost + of_edge(1.0 - goal, ground.back[last]), here
        for e in range(ground.out_offsets[here], ground.out_offsets[here + 1]):
            out = wide(ground.out_edge[e])
            if ground.edge_from[out] == here and ground.along[out] < INFINITE:
                size, touched = _reach(
                    bends, state, size, touched, ground.edge_to[out], cost + ground.along[out], out,
                    x, y, limit,
                )  # fmt: skip
            if ground.edge_to[out] == here and ground.back[out] < INFINITE:
                size, touched = _reach(
                    bends, state, size, touched, ground.edge_from[out], cost + ground.back[out], out,
                    x, y, limit,
                )  # fmt: skip
    for k in range(touched):
        state.cost[state.settled[k]] = INFINITE
    return best, node


@njit(cache=True, nogil=True)
def _ahead(bends: Bends, node: int, x: float, y: float) -> float:
    """Effective metres that the rest of the way takes at least."""
    straight = np.hypot(bends.node_x[node] - x, bends.node_y[node] - y)
    return float(max(0.0, straight - _ROUNDING_M) * bends.least)


@njit(cache=True, nogil=True)
def _reach(
    bends: Bends, state: WalkState, size: int, touched: int, node: int, cost: float, edge: int,
    x: float, y: float, limit: float,
) -> tuple[int, int]:  # fmt: skip
    """Note a cheaper way to a node; (entries of the heap, nodes with a cost)."""
    if cost >= state.cost[node]:
        return size, touched
    key = cost + _ahead(bends, node, x, y)
    if key > limit:
        return size, touched
    if state.cost[node] == INFINITE:
        state.settled[touched] = node
        touched += 1
    state.cost[node] = cost
    state.via[node] = edge
    return push(state, size, node, key), touched


@njit(cache=True, nogil=True)
def drawn(
    ground: Ground, bends: Bends, first: int, share: float, last: int, goal: float, node: int,
    state: WalkState, start: tuple[float, float], end: tuple[float, float],
) -> tuple[F64, F64]:  # fmt: skip
    """All bends from `start` to `end`: part of the first edge, whole edges up to `node`, part of the last."""
    room = 4 + _bends_of(bends, first) + _bends_of(bends, last)
    edges = wide(0)  # whole ones, noted in the heap, which nobody needs any more
    entered = node  # the node by which the way leaves the first edge
    while entered >= 0 and state.via[entered] != first:
        edge = wide(state.via[entered])
        state.heap_node[edges] = entered
        edges += 1
        room += _bends_of(bends, edge)
        entered = ground.edge_from[edge] + ground.edge_to[edge] - entered
    lat, lon = np.empty(room), np.empty(room)
    lat[0], lon[0] = start
    n = wide(1)
    if node < 0:
        n = _part(bends, first, share, goal, lat, lon, n)
    else:
        ahead = _ends_there(ground, first, entered, 1.0 - share)
        n = _part(bends, first, share, 1.0 if ahead else 0.0, lat, lon, n)
        for k in range(edges - 1, -1, -1):
            towards = wide(state.heap_node[k])
            edge = wide(state.via[towards])
            ahead = towards == ground.edge_to[edge]
            n = _part(bends, edge, 0.0 if ahead else 1.0, 1.0 if ahead else 0.0, lat, lon, n - 1)
        back = _ends_there(ground, last, node, 1.0 - goal)
        n = _part(bends, last, 1.0 if back else 0.0, goal, lat, lon, n - 1)
    lat[n], lon[n] = end
    return lat[: n + 1], lon[: n + 1]


@njit(cache=True, nogil=True)
def _bends_of(bends: Bends, edge: int) -> int:
    return wide(bends.offsets[edge + 1] - bends.offsets[edge])


@njit(cache=True, nogil=True)
def _ends_there(ground: Ground, edge: int, node: int, rest: float) -> bool:
    """Whether the way between a spot on an edge and `node` runs by the edge's end, `rest` of it away.

    A street that leads back to where it began has one node at both ends: there the shorter side is meant.
    """
    if ground.edge_from[edge] == ground.edge_to[edge]:
        return bool(rest <= 0.5)
    return bool(node == ground.edge_to[edge])


@njit(cache=True, nogil=True)
def _part(bends: Bends, edge: int, share: float, other: float, lat: F64, lon: F64, n: int) -> int:
    """Write an edge from one share of its length to another behind `n` bends; how many there are then."""
    begin, end = bends.offsets[edge], bends.offsets[edge + 1]
    whole = bends.along_m[end - 1]
    low, high = min(share, other) * whole, max(share, other) * whole
    lat[n], lon[n] = place_on(bends, edge, share)
    n += 1
    if other >= share:
        for k in range(begin, end):
            if low < bends.along_m[k] < high:
                lat[n], lon[n] = bends.lat[k], bends.lon[k]
                n += 1
    else:
        for k in range(end - 1, begin - 1, -1):
            if low < bends.along_m[k] < high:
                lat[n], lon[n] = bends.lat[k], bends.lon[k]
                n += 1
    lat[n], lon[n] = place_on(bends, edge, other)
    return n + 1


@njit(cache=True, nogil=True)
def place_on(bends: Bends, edge: int, share: float) -> tuple[float, float]:
    """Latitude and longitude of a share of an edge's length."""
    begin, end = bends.offsets[edge], bends.offsets[edge + 1]
    if share <= 0.0:
        return bends.lat[begin], bends.lon[begin]
    if share >= 1.0:
        return bends.lat[end - 1], bends.lon[end - 1]
    at = share * bends.along_m[end - 1]
    k = begin + 1
    while k < end - 1 and bends.along_m[k] < at:
        k += 1
    step = bends.along_m[k] - bends.along_m[k - 1]
    t = (at - bends.along_m[k - 1]) / step if step > 0.0 else 0.0
    return (
        bends.lat[k - 1] + t * (bends.lat[k] - bends.lat[k - 1]),
        bends.lon[k - 1] + t * (bends.lon[k] - bends.lon[k - 1]),
    )
