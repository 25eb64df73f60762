"""Points near each junction, worked out once: setting out from a door is then a look-up, not a search.

For every junction the attached points within a limit and how far they are; a door lies on an edge, so that
what is near it is what is near the edge's two ends. The answers are those of
`routing.kernels.street.reach_points`, for streets that are as long in both directions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import F64, I32, I64
from routing.kernels.street import (
    INFINITE,
    NO_EDGE,
    Attached,
    Ground,
    WalkState,
    clear,
    note_point,
    of_edge,
    reach_points,
    same_edge_cost,
    spread,
    wide,
)


class Nearby(NamedTuple):
    """Attached points within `limit_m` of every junction, the nearest first."""

    limit_m: F64  # effective metres up to which everything is listed, negative if nothing is; float64, (1,)
    offsets: I64  # node -> first entry; int64, (nodes + 1,)
    point: I32  # entry -> attached point; int32
    metres: F64  # entry -> effective metres, the gap between point and street included; float64


@njit(cache=True, nogil=True)
def near_nodes(
    ground: Ground, attached: Attached, limit: float, entries_max: int, state: WalkState
) -> tuple[I64, I32, F64]:
    """Offsets, points and metres of `Nearby`; no entries if there were more than `entries_max`."""
    nodes = ground.out_offsets.shape[0] - 1
    offsets = np.zeros(nodes + 1, np.int64)
    listed_node = np.empty(1024, np.int32)
    listed_point = np.empty(1024, np.int32)
    listed_m = np.empty(1024)
    n = 0
    for point in range(attached.edge.shape[0]):
        if attached.edge[point] == NO_EDGE:
            continue
        gap_m = attached.gap_m[point]
        edge = wide(attached.edge[point])
        settled = spread(ground, edge, attached.share[point], limit - gap_m, wide(NO_EDGE), 0.0, state)
        if n + settled > entries_max:
            clear(state, settled)
            return np.zeros(nodes + 1, np.int64), listed_point[:0].copy(), listed_m[:0].copy()
        while n + settled > listed_m.shape[0]:
            listed_node = np.concatenate((listed_node, np.empty_like(listed_node)))
            listed_point = np.concatenate((listed_point, np.empty_like(listed_point)))
            listed_m = np.concatenate((listed_m, np.empty_like(listed_m)))
        for s in range(settled):
            node = state.settled[s]
            offsets[node + 1] += 1
            listed_node[n] = node
            listed_point[n] = point
            listed_m[n] = state.cost[node] + gap_m
            n += 1
        clear(state, settled)
    for node in range(nodes):
        offsets[node + 1] += offsets[node]
    at = offsets[:nodes].copy()
    points = np.empty(n, np.int32)
    metres = np.empty(n)
    for k in range(n):
        place = at[listed_node[k]]
        at[listed_node[k]] += 1
        points[place] = listed_point[k]
        metres[place] = listed_m[k]
    for node in range(nodes):
        begin, end = offsets[node], offsets[node + 1]
        order = np.argsort(metres[begin:end], kind="mergesort")
        points[begin:end] = points[begin:end][order]
        metres[begin:end] = metres[begin:end][order]
    return offsets, points, metres


@njit(cache=True, nogil=True)
def set_out(
    ground: Ground,
    attached: Attached,
    nearby: Nearby,
    edge: int,
    share: float,
    gap_m: float,
    speed_m_s: float,
    limit_s: int,
    state: WalkState,
) -> tuple[I32, I32, F64]:
    """Attached points within `limit_s` of a point beside an edge, ascending; s rounded up, effective metres.

    Looked up if the limit allows it, else searched.
    """
    limit = limit_s * speed_m_s
    if limit <= nearby.limit_m[0]:
        found = _look_up(ground, attached, nearby, edge, share, gap_m, limit, state)
    else:
        found = reach_points(ground, attached, edge, share, gap_m, limit, state)
    points = np.sort(state.found[:found])
    metres = np.empty(found)
    seconds = np.empty(found, np.int32)
    for k in range(found):
        metres[k] = state.point_cost[points[k]]
        state.point_cost[points[k]] = INFINITE
        # Nobody is promised a connection by a rounding: up, but for what is no more than an error of floats.
        seconds[k] = np.ceil(np.rint(metres[k] / speed_m_s * 1e6) / 1e6)
    return points, seconds, metres


@njit(cache=True, nogil=True)
def _look_up(
    ground: Ground,
    attached: Attached,
    nearby: Nearby,
    edge: int,
    share: float,
    gap_m: float,
    limit: float,
    state: WalkState,
) -> int:
    """As `reach_points`."""
    found = wide(0)
    for p in range(attached.offsets[edge], attached.offsets[edge + 1]):
        point = attached.point[p]
        cost = same_edge_cost(ground, edge, share, attached.share[point]) + gap_m + attached.gap_m[point]
        found = note_point(state, point, cost, limit, found)
    for end in range(2):
        node = ground.edge_to[edge] if end == 0 else ground.edge_from[edge]
        rest = of_edge(1.0 - share, ground.along[edge]) if end == 0 else of_edge(share, ground.back[edge])
        for entry in range(nearby.offsets[node], nearby.offsets[node + 1]):
            cost = rest + nearby.metres[entry] + gap_m
            if cost > limit:
                break
            found = note_point(state, nearby.point[entry], cost, limit, found)
    return found
