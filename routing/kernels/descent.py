"""The way between a point and a stop, where it is known how far every junction near the stop is from it.

From junction to junction the way leads where the rest is as much shorter as the street is long
(`routing.kernels.nearby`): nothing is searched. The answers are those of `routing.kernels.ways`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.layout import F64
from routing.kernels.nearby import Nearby
from routing.kernels.street import (
    INFINITE,
    Ground,
    WalkState,
    of_edge,
    same_edge_cost,
    wide,
)
from routing.kernels.ways import Bends, drawn, length_of

_ERROR_M = 1e-6
"""Sums of the same lengths in another order differ by less."""


@njit(cache=True, nogil=True)
def way_to_stop(
    ground: Ground, bends: Bends, nearby: Nearby, first: int, share: float, stop: int, last: int,
    goal: float, gap: float, start: tuple[float, float], end: tuple[float, float], turned: bool,
    state: WalkState,
) -> tuple[float, float, F64, F64]:  # fmt: skip
    """(effective metres, metres, latitudes, longitudes) of the shortest way; infinite if it is not known.

    From a share of edge `first`, beside `start`, to the attached point `stop`, which lies at `end`, `gap`
    metres off a share of edge `last`; `turned`: drawn the other way about. The effective metres are without
    the gaps between points and streets.
    """
    nothing = np.empty(0)
    best, node, entry = INFINITE, wide(-1), wide(-1)
    if first == last:
        best = same_edge_cost(ground, first, share, goal)
    for side in range(2):
        there = wide(ground.edge_to[first] if side == 0 else ground.edge_from[first])
        rest = of_edge(1.0 - share, ground.along[first]) if side == 0 else of_edge(share, ground.back[first])
        at = _entry(nearby, there, stop, wide(0))
        if at >= 0 and rest + nearby.metres[at] - gap < best:
            best, node, entry = rest + nearby.metres[at] - gap, there, at
    if not best < INFINITE:
        return INFINITE, 0.0, nothing, nothing
    if node >= 0:
        node = _descended(ground, nearby, stop, last, goal, gap, first, node, entry, state)
        if node < 0:
            return INFINITE, 0.0, nothing, nothing
    lat, lon = drawn(ground, bends, first, share, last, goal, node, state, start, end)
    if turned:
        lat, lon = lat[::-1].copy(), lon[::-1].copy()
    return best, length_of(lat, lon), lat, lon


@njit(cache=True, nogil=True)
def _descended(
    ground: Ground, nearby: Nearby, stop: int, last: int, goal: float, gap: float, first: int, node: int,
    entry: int, state: WalkState,
) -> int:  # fmt: skip
    """Note in `state.via` how one comes from `node` to the stop's edge, and by which of its ends.

    -1 if no street leads on, which rounding alone could bring about.
    """
    state.via[node] = first
    for _ in range(state.via.shape[0]):
        left = nearby.metres[entry] - gap + _ERROR_M
        if node == ground.edge_from[last] and of_edge(goal, ground.along[last]) <= left:
            return node
        if node == ground.edge_to[last] and of_edge(1.0 - goal, ground.back[last]) <= left:
            return node
        rank = entry - nearby.offsets[node]
        onward = wide(-1)
        for e in range(ground.out_offsets[node], ground.out_offsets[node + 1]):
            out = wide(ground.out_edge[e])
            ahead = ground.edge_from[out] == node
            cost = ground.along[out] if ahead else ground.back[out]
            if cost > left or ground.edge_from[out] == ground.edge_to[out]:
                continue
            there = wide(ground.edge_to[out] if ahead else ground.edge_from[out])
            at = _entry(nearby, there, stop, rank)
            if at >= 0 and cost + nearby.metres[at] - gap <= left:
                state.via[there] = out
                entry, onward = at, there
                break
        if onward < 0:
            return wide(-1)
        node = onward
    return wide(-1)


@njit(cache=True, nogil=True)
def _entry(nearby: Nearby, node: int, stop: int, rank: int) -> int:
    """Where a stop stands in the list of a junction, looked for around `rank`; -1 if it does not."""
    begin, end = nearby.offsets[node], nearby.offsets[node + 1]
    later = min(begin + rank, end)
    earlier = later - 1
    while earlier >= begin or later < end:
        if later < end:
            if nearby.point[later] == stop:
                return wide(later)
            later += 1
        if earlier >= begin:
            if nearby.point[earlier] == stop:
                return wide(earlier)
            earlier -= 1
    return wide(-1)
