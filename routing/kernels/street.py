"""Shortest ways over streets: bounded Dijkstra from a point on an edge to points on edges.

Everything is measured in effective metres (`routing.street.profiles`); a search against the direction of
travel is the same search with the two cost arrays exchanged. Adjacency follows `routing.street.graph`.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from routing.kernels.layout import I32, U8

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

wide = cast("type[int]", np.int64)
"""To 64 bits, and no literal: numba compiles a function anew for each width and literal it is given."""

INFINITE = 1e30
NO_EDGE = -1


class Ground(NamedTuple):
    """Streets as one profile sees them."""

    out_offsets: I32  # node -> first entry of out_edge; int32, (nodes + 1,)
    out_edge: I32  # entry -> edge that touches the node; int32
    edge_from: I32  # edge -> node; int32, (edges,)
    edge_to: I32  # edge -> node
    along: F32  # edge -> effective metres from edge_from to edge_to, infinite if closed; float32
    back: F32  # edge -> the same against its direction


class Attached(NamedTuple):
    """Points that lie on edges, grouped by edge."""

    edge: I32  # point -> edge, NO_EDGE if no street is near; int32, (points,)
    share: F64  # point -> how far along its edge, 0..1; float64
    gap_m: F64  # point -> metres from the point to the edge
    offsets: I32  # edge -> first entry of point; int32, (edges + 1,)
    point: I32  # entry -> point


class WalkState(NamedTuple):
    """Working memory of one search; `cost` is all infinite between searches."""

    cost: F64  # node -> effective metres from the start; float64, (nodes,)
    via: I32  # node -> edge it was reached by
    settled: I32  # nodes whose cost is final, as a list
    heap_cost: F64  # (2 x edges + 2,)
    heap_node: I32
    point_cost: F64  # attached point -> effective metres; infinite between searches; (points,)
    found: I32  # attached points reached, as a list


def new_walk_state(nodes: int, edges: int, points: int) -> WalkState:
    """Working memory for graphs of this size."""
    room = 2 * edges + 4
    return WalkState(
        cost=np.full(nodes, INFINITE),
        via=np.full(nodes, NO_EDGE, np.int32),
        settled=np.empty(nodes, np.int32),
        heap_cost=np.empty(room),
        heap_node=np.empty(room, np.int32),
        point_cost=np.full(max(points, 1), INFINITE),
        found=np.empty(max(points, 1), np.int32),
    )


@njit(cache=True, nogil=True)
def of_edge(share: float, cost: float) -> float:
    """Effective metres of a share of an edge: none of a closed one can be gone, but for none at all.

    Who stands at a junction is there, on whichever of its streets they were set down.
    """
    return 0.0 if share <= 0.0 else float(share * cost)


@njit(cache=True, nogil=True)
def spread(
    ground: Ground, edge: int, share: float, limit: float, stop_edge: int, stop_share: float, state: WalkState
) -> int:
    """Settle all nodes within `limit` of a point on an edge; returns how many.

    With `stop_edge` the search ends once the point on that edge cannot be reached more cheaply. The caller
    clears `state.cost` of the settled nodes and of those still in the heap by `clear`.
    """
    size = wide(0)
    size = _offer(state, size, ground.edge_to[edge], of_edge(1.0 - share, ground.along[edge]), edge, limit)
    size = _offer(state, size, ground.edge_from[edge], of_edge(share, ground.back[edge]), edge, limit)
    settled = 0
    best = INFINITE
    while size > 0:
        cost = state.heap_cost[0]
        node = state.heap_node[0]
        size = pop(state, size)
        if cost > state.cost[node]:
            continue
        if cost >= best:
            state.cost[node] = INFINITE
            break
        state.settled[settled] = node
        settled += 1
        if stop_edge >= 0:
            if node == ground.edge_from[stop_edge]:
                best = min(best, cost + of_edge(stop_share, ground.along[stop_edge]))
            if node == ground.edge_to[stop_edge]:
                best = min(best, cost + of_edge(1.0 - stop_share, ground.back[stop_edge]))
        for e in range(ground.out_offsets[node], ground.out_offsets[node + 1]):
            out = wide(ground.out_edge[e])
            if ground.edge_from[out] == node and ground.along[out] < INFINITE:
                size = _offer(state, size, ground.edge_to[out], cost + ground.along[out], out, limit)
            if ground.edge_to[out] == node and ground.back[out] < INFINITE:
                size = _offer(state, size, ground.edge_from[out], cost + ground.back[out], out, limit)
    for h in range(size):  # reached but not settled: their cost must not leak into the next search
        node = state.heap_node[h]
        if state.cost[node] >= state.heap_cost[h]:
            state.cost[node] = INFINITE
    return settled


@njit(cache=True, nogil=True)
def clear(state: WalkState, settled: int) -> None:
    """Make the state ready for the next search."""
    for i in range(settled):
        state.cost[state.settled[i]] = INFINITE


@njit(cache=True, nogil=True)
def _offer(state: WalkState, size: int, node: int, cost: float, edge: int, limit: float) -> int:
    if cost < state.cost[node] and cost <= limit:
        state.cost[node] = cost
        state.via[node] = edge
        return push(state, size, node, cost)
    return size


@njit(cache=True, nogil=True)
def push(state: WalkState, size: int, node: int, key: float) -> int:
    """Put a node into the heap of `size` entries under `key`; how many there are then."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if state.heap_cost[parent] <= key:
            break
        state.heap_cost[i] = state.heap_cost[parent]
        state.heap_node[i] = state.heap_node[parent]
        i = parent
    state.heap_cost[i] = key
    state.heap_node[i] = node
    return size + 1


@njit(cache=True, nogil=True)
def pop(state: WalkState, size: int) -> int:
    """Take the least entry out of the heap; how many there are then."""
    size -= 1
    cost = state.heap_cost[size]
    node = state.heap_node[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and state.heap_cost[child + 1] < state.heap_cost[child]:
            child += 1
        if state.heap_cost[child] >= cost:
            break
        state.heap_cost[i] = state.heap_cost[child]
        state.heap_node[i] = state.heap_node[child]
        i = child
    state.heap_cost[i] = cost
    state.heap_node[i] = node
    return size


@njit(cache=True, nogil=True)
def same_edge_cost(ground: Ground, edge: int, share: float, other: float) -> float:
    """Effective metres from one point of an edge to another along that edge."""
    if other >= share:
        return of_edge(other - share, ground.along[edge])
    return of_edge(share - other, ground.back[edge])


@njit(cache=True, nogil=True)
def reach_points(
    ground: Ground, attached: Attached, edge: int, share: float, gap_m: float, limit: float, state: WalkState
) -> int:
    """Attached points within `limit` effective metres; list in `state.found`, costs in `state.point_cost`.

    Gaps between points and streets count on both sides. The caller resets `point_cost` of the points found.
    """
    found = wide(0)
    settled = spread(ground, edge, share, limit - gap_m, wide(NO_EDGE), 0.0, state)
    for p in range(attached.offsets[edge], attached.offsets[edge + 1]):
        point = attached.point[p]
        cost = same_edge_cost(ground, edge, share, attached.share[point])
        cost += gap_m + attached.gap_m[point]
        found = note_point(state, point, cost, limit, found)
    for i in range(settled):
        node = state.settled[i]
        for e in range(ground.out_offsets[node], ground.out_offsets[node + 1]):
            out = ground.out_edge[e]
            for p in range(attached.offsets[out], attached.offsets[out + 1]):
                point = attached.point[p]
                if ground.edge_from[out] == node:
                    cost = state.cost[node] + of_edge(attached.share[point], ground.along[out])
                    cost += gap_m + attached.gap_m[point]
                    found = note_point(state, point, cost, limit, found)
                if ground.edge_to[out] == node:
                    cost = state.cost[node] + of_edge(1.0 - attached.share[point], ground.back[out])
                    cost += gap_m + attached.gap_m[point]
                    found = note_point(state, point, cost, limit, found)
    clear(state, settled)
    return found


@njit(cache=True, nogil=True)
def note_point(state: WalkState, point: int, cost: float, limit: float, found: int) -> int:
    """Keep the cost of an attached point if it is the least so far; returns how many points are found."""
    if cost <= limit and cost < state.point_cost[point]:
        if state.point_cost[point] == INFINITE:
            state.found[found] = point
            found += 1
        state.point_cost[point] = cost
    return found


@njit(cache=True, nogil=True)
def all_footpaths(ground: Ground, attached: Attached, limit: float, state: WalkState) -> tuple[I32, I32, F64]:
    """Walks between all attached points: (points + 1,) offsets, then target and effective metres."""
    points = attached.edge.shape[0]
    offsets = np.zeros(points + 1, np.int32)
    target = np.empty(points * 8 + 16, np.int32)
    cost = np.empty(points * 8 + 16)
    n = 0
    for origin in range(points):
        if attached.edge[origin] != NO_EDGE:
            found = reach_points(
                ground,
                attached,
                wide(attached.edge[origin]),
                attached.share[origin],
                attached.gap_m[origin],
                limit,
                state,
            )
            for f in range(found):
                point = state.found[f]
                if point != origin:
                    if n == target.shape[0]:
                        target = np.concatenate((target, np.empty(n, np.int32)))
                        cost = np.concatenate((cost, np.empty(n)))
                    target[n] = point
                    cost[n] = state.point_cost[point]
                    n += 1
                state.point_cost[point] = INFINITE
        offsets[origin + 1] = n
    return offsets, target[:n].copy(), cost[:n].copy()


class Segments(NamedTuple):
    """Straight pieces of all edges in metres on a plane, and a grid over them to find the nearest."""

    x0: F64
    y0: F64
    x1: F64
    y1: F64
    edge: I32  # segment -> edge; int32
    before_m: F64  # segment -> metres of its edge before it
    cell_offsets: I32  # cell -> first entry of cell_segment; int32, (columns x rows + 1,)
    cell_segment: I32  # entry -> segment
    origin: F64  # x, y of the grid's corner and the side of a cell; (3,)
    shape: I32  # columns, rows; (2,)


@njit(cache=True, nogil=True)
def count_cells(x0: F64, y0: F64, x1: F64, y1: F64, origin: F64, shape: I32, counts: I32) -> None:
    """How many segments' boxes touch each cell."""
    for s in range(x0.shape[0]):
        for row in range(_cell(min(y0[s], y1[s]), origin[1], origin[2], shape[1]),
                         _cell(max(y0[s], y1[s]), origin[1], origin[2], shape[1]) + 1):  # fmt: skip
            for column in range(_cell(min(x0[s], x1[s]), origin[0], origin[2], shape[0]),
                                _cell(max(x0[s], x1[s]), origin[0], origin[2], shape[0]) + 1):  # fmt: skip
                counts[row * shape[0] + column] += 1


@njit(cache=True, nogil=True)
def fill_cells(
    x0: F64, y0: F64, x1: F64, y1: F64, origin: F64, shape: I32, next_entry: I32, out: I32
) -> None:
    """Write the segments of each cell; `next_entry` starts as the cells' offsets and is used up."""
    for s in range(x0.shape[0]):
        for row in range(_cell(min(y0[s], y1[s]), origin[1], origin[2], shape[1]),
                         _cell(max(y0[s], y1[s]), origin[1], origin[2], shape[1]) + 1):  # fmt: skip
            for column in range(_cell(min(x0[s], x1[s]), origin[0], origin[2], shape[0]),
                                _cell(max(x0[s], x1[s]), origin[0], origin[2], shape[0]) + 1):  # fmt: skip
                cell = row * shape[0] + column
                out[next_entry[cell]] = s
                next_entry[cell] += 1


@njit(cache=True, nogil=True)
def _cell(value: float, corner: float, side: float, count: int) -> int:
    return min(max(int((value - corner) / side), 0), count - 1)


@njit(cache=True, nogil=True)
def nearest(segments: Segments, usable: U8, x: float, y: float, reach_m: float) -> tuple[int, float, float]:
    """(segment, metres along its edge, distance) of the nearest usable edge, segment -1 if none in reach."""
    side = segments.origin[2]
    column = int(np.floor((x - segments.origin[0]) / side))
    row = int(np.floor((y - segments.origin[1]) / side))
    best = reach_m
    found = -1
    along = 0.0
    ring = 0
    while ring * side - side < best:
        for r in range(row - ring, row + ring + 1):
            if r < 0 or r >= segments.shape[1]:
                continue
            edge_row = r == row - ring or r == row + ring
            step = 1 if edge_row or ring == 0 else 2 * ring
            for c in range(column - ring, column + ring + 1, step):
                if c < 0 or c >= segments.shape[0]:
                    continue
                cell = r * segments.shape[0] + c
                for e in range(segments.cell_offsets[cell], segments.cell_offsets[cell + 1]):
                    s = segments.cell_segment[e]
                    if usable[segments.edge[s]] == 0:
                        continue
                    dx = segments.x1[s] - segments.x0[s]
                    dy = segments.y1[s] - segments.y0[s]
                    square = dx * dx + dy * dy
                    t = 0.0
                    if square > 0.0:
                        t = ((x - segments.x0[s]) * dx + (y - segments.y0[s]) * dy) / square
                        t = min(max(t, 0.0), 1.0)
                    distance = np.hypot(x - segments.x0[s] - t * dx, y - segments.y0[s] - t * dy)
                    if distance < best or (distance == best and found >= 0 and s < found):
                        best = distance
                        found = s
                        along = segments.before_m[s] + t * np.sqrt(square)
        ring += 1
    return found, along, best
