"""How soon everything is reached on foot from many starts, each with a time of its own; and that as a grid.

A walk may not be longer than a limit, so that being somewhere sooner is not all that counts: who walked less
may go on. Labels are therefore pairs of time and metres walked, settled in the order of time (Martins 1984);
one is left out where another was there no later and has walked no more, or could not run out of walking.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.layout import I32
from routing.kernels.street import F64, INFINITE, NO_EDGE, Attached, Ground, of_edge, same_edge_cost


@njit(cache=True, nogil=True)
def flood(
    ground: Ground,
    attached: Attached,
    seed_edge: I32,
    seed_share: F64,
    seed_gap_m: F64,
    seed_s: F64,
    speed_m_s: float,
    walk_m_max: float,
    limit_s: float,
    node_s: F64,
    node_m: F64,
    point_s: F64,
) -> None:
    """Write the soonest time at every node and attached point, INFINITE where none is before `limit_s`.

    `node_m` has the effective metres walked for `node_s`. A start whose edge is NO_EDGE is left out.
    """
    nodes = ground.out_offsets.shape[0] - 1
    node_s[:] = INFINITE
    node_m[:] = INFINITE
    point_s[:] = INFINITE
    least_m = np.full(nodes, INFINITE)  # fewest metres of the labels settled at a node
    room = 4 * nodes + 2 * seed_edge.shape[0] + 16
    heap_s = np.empty(room)
    heap_m = np.empty(room)
    heap_node = np.empty(room, np.int32)
    size = 0
    for k in range(seed_edge.shape[0]):
        edge = seed_edge[k]
        if edge == NO_EDGE or seed_s[k] > limit_s:
            continue
        for side in range(2):
            if side == 0:
                node = ground.edge_to[edge]
                metres = seed_gap_m[k] + of_edge(1.0 - seed_share[k], ground.along[edge])
            else:
                node = ground.edge_from[edge]
                metres = seed_gap_m[k] + of_edge(seed_share[k], ground.back[edge])
            time = seed_s[k] + metres / speed_m_s
            if metres <= walk_m_max and time <= limit_s:
                size = _push(heap_s, heap_m, heap_node, size, time, metres, node)
        for p in range(attached.offsets[edge], attached.offsets[edge + 1]):
            point = attached.point[p]
            metres = seed_gap_m[k] + same_edge_cost(ground, edge, seed_share[k], attached.share[point])
            _note(attached, point, metres, seed_s[k], speed_m_s, walk_m_max, limit_s, point_s)
    while size > 0:
        time = heap_s[0]
        metres = heap_m[0]
        node = heap_node[0]
        size = _pull(heap_s, heap_m, heap_node, size)
        if metres >= least_m[node]:
            continue
        if node_s[node] == INFINITE:
            node_s[node] = time
            node_m[node] = metres
        elif walk_m_max - node_m[node] >= (limit_s - node_s[node]) * speed_m_s:
            continue  # whoever was here first runs out of time before walking too far
        least_m[node] = metres
        begun_s = time - metres / speed_m_s
        for e in range(ground.out_offsets[node], ground.out_offsets[node + 1]):
            out = ground.out_edge[e]
            for side in range(2):
                if side == 0 and ground.edge_from[out] == node:
                    cost = ground.along[out]
                    other = ground.edge_to[out]
                elif side == 1 and ground.edge_to[out] == node:
                    cost = ground.back[out]
                    other = ground.edge_from[out]
                else:
                    continue
                for p in range(attached.offsets[out], attached.offsets[out + 1]):
                    point = attached.point[p]
                    share = attached.share[point] if side == 0 else 1.0 - attached.share[point]
                    _note(
                        attached, point, metres + of_edge(share, cost), begun_s, speed_m_s, walk_m_max,
                        limit_s, point_s,
                    )  # fmt: skip
                walked = metres + cost
                at = time + cost / speed_m_s
                if walked <= walk_m_max and at <= limit_s and walked < least_m[other]:
                    if size == heap_s.shape[0]:
                        heap_s = np.concatenate((heap_s, np.empty(size)))
                        heap_m = np.concatenate((heap_m, np.empty(size)))
                        heap_node = np.concatenate((heap_node, np.empty(size, np.int32)))
                    size = _push(heap_s, heap_m, heap_node, size, at, walked, other)


@njit(cache=True, nogil=True)
def _note(
    attached: Attached,
    point: int,
    metres: float,
    begun_s: float,
    speed_m_s: float,
    walk_m_max: float,
    limit_s: float,
    point_s: F64,
) -> None:
    metres += attached.gap_m[point]
    time = begun_s + metres / speed_m_s
    if metres <= walk_m_max and time <= limit_s and time < point_s[point]:
        point_s[point] = time


@njit(cache=True, nogil=True)
def _push(heap_s: F64, heap_m: F64, heap_node: I32, size: int, time: float, metres: float, node: int) -> int:
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap_s[parent] < time or (heap_s[parent] == time and heap_m[parent] <= metres):
            break
        heap_s[i] = heap_s[parent]
        heap_m[i] = heap_m[parent]
        heap_node[i] = heap_node[parent]
        i = parent
    heap_s[i] = time
    heap_m[i] = metres
    heap_node[i] = node
    return size + 1


@njit(cache=True, nogil=True)
def _pull(heap_s: F64, heap_m: F64, heap_node: I32, size: int) -> int:
    size -= 1
    time = heap_s[size]
    metres = heap_m[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            heap_s[right] < heap_s[child]
            or (heap_s[right] == heap_s[child] and heap_m[right] < heap_m[child])
        ):
            child = right
        if heap_s[child] > time or (heap_s[child] == time and heap_m[child] >= metres):
            break
        heap_s[i] = heap_s[child]
        heap_m[i] = heap_m[child]
        heap_node[i] = heap_node[child]
        i = child
    heap_s[i] = time
    heap_m[i] = metres
    heap_node[i] = heap_node[size]
    return size


@njit(cache=True, nogil=True)
def paint_streets(
    ground: Ground,
    point_offsets: np.ndarray,
    x: F64,
    y: F64,
    node_s: F64,
    node_m: F64,
    speed_m_s: float,
    walk_m_max: float,
    limit_s: float,
    corner: F64,
    grid: F64,
) -> None:
    """Lower the cells that reached streets run through to the time there; bends lie at `x`, `y` in metres.

    `corner` is x and y of the first cell's centre and the side of a cell; `grid` has shape (rows, columns).
    """
    step = corner[2] / 2.0
    for edge in range(ground.edge_from.shape[0]):
        u = ground.edge_from[edge]
        v = ground.edge_to[edge]
        if node_s[u] == INFINITE and node_s[v] == INFINITE:
            continue
        first = point_offsets[edge]
        last = point_offsets[edge + 1] - 1
        length = 0.0
        for p in range(first, last):
            length += np.hypot(x[p + 1] - x[p], y[p + 1] - y[p])
        before = 0.0
        for p in range(first, last):
            piece = np.hypot(x[p + 1] - x[p], y[p + 1] - y[p])
            parts = int(piece / step) + 1
            for k in range(parts + 1):
                way = k / parts
                share = (before + way * piece) / max(length, 1e-9)
                time = INFINITE
                if node_s[u] < INFINITE and ground.along[edge] < INFINITE:
                    metres = share * ground.along[edge]
                    if node_m[u] + metres <= walk_m_max:
                        time = node_s[u] + metres / speed_m_s
                if node_s[v] < INFINITE and ground.back[edge] < INFINITE:
                    metres = (1.0 - share) * ground.back[edge]
                    if node_m[v] + metres <= walk_m_max:
                        time = min(time, node_s[v] + metres / speed_m_s)
                if time <= limit_s:
                    paint(x[p] + way * (x[p + 1] - x[p]), y[p] + way * (y[p + 1] - y[p]), time, corner, grid)
            before += piece


@njit(cache=True, nogil=True)
def paint(x: float, y: float, time: float, corner: F64, grid: F64) -> None:
    """Lower the cell of a point to a time."""
    column = int(np.floor((x - corner[0]) / corner[2] + 0.5))
    row = int(np.floor((y - corner[1]) / corner[2] + 0.5))
    if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1] and time < grid[row, column]:
        grid[row, column] = time


@njit(cache=True, nogil=True)
def widen(grid: F64, cells: int, cell_s: float, out: F64) -> None:
    """Every cell as soon as from any painted one within so many cells, each of which takes `cell_s`."""
    rows, columns = grid.shape
    for row in range(rows):
        for column in range(columns):
            if grid[row, column] == INFINITE:
                continue
            for r in range(max(0, row - cells), min(rows, row + cells + 1)):
                for c in range(max(0, column - cells), min(columns, column + cells + 1)):
                    away = np.hypot(r - row, c - column)
                    if away <= cells:
                        out[r, c] = min(out[r, c], grid[row, column] + away * cell_s)


@njit(cache=True, nogil=True)
def cones(x: F64, y: F64, time: F64, reach_m: F64, m_s: float, corner: F64, grid: F64) -> None:
    """Lower all cells around each point, to its time and the straight way at `m_s`, up to its `reach_m`."""
    rows, columns = grid.shape
    for k in range(x.shape[0]):
        radius = reach_m[k]
        low_r = max(0, int(np.ceil((y[k] - radius - corner[1]) / corner[2])))
        high_r = min(rows - 1, int(np.floor((y[k] + radius - corner[1]) / corner[2])))
        low_c = max(0, int(np.ceil((x[k] - radius - corner[0]) / corner[2])))
        high_c = min(columns - 1, int(np.floor((x[k] + radius - corner[0]) / corner[2])))
        for r in range(low_r, high_r + 1):
            for c in range(low_c, high_c + 1):
                away = np.hypot(corner[0] + c * corner[2] - x[k], corner[1] + r * corner[2] - y[k])
                if away <= radius:
                    grid[r, c] = min(grid[r, c], time[k] + away / m_s)
