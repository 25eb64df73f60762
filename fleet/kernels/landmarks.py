"""How far a place lies off a whole plan, told from a few landmarks instead of from all stops of the plan.

By the triangle inequality the detour of a leg a -> b over x is at least (from(x) + to(x)) - (from(a) + to(b)
+ ab) and at least (to(a) + from(b) - ab) - (to(x) + from(x)), `from` and `to` being the tolls from and to a
landmark. The largest and the smallest bracket over the legs of a plan are kept for each landmark, so that one
subtraction bounds the detour of every leg at once (the idea is that of A* with landmarks, Goldberg and
Harrelson 2005).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import F64, LANDMARKS, U16, Board, Ground, Weights

_NO_WAY = 65_535


def lay_ground(seconds: U16, metres: U16, charger_m: U16, weights: Weights) -> Ground:
    """The ground of a zone: what kernels read of its matrices, and landmarks on it.

    `seconds`, `metres` (N, N), `charger_m` (N,); tolls are priced by `weights`, with which the ground must
    then be searched.
    """
    toll = weights.drive * seconds.astype(np.float64) + weights.metre * metres.astype(np.float64)
    marks = _spread(np.where(seconds == _NO_WAY, -1.0, toll + toll.T))
    return Ground(
        seconds=seconds,
        back=np.ascontiguousarray(seconds.T),
        metres=metres,
        charger_m=np.ascontiguousarray(charger_m),
        toll=toll.astype(np.float32),
        toll_back=np.ascontiguousarray(toll.T, dtype=np.float32),
        from_mark=np.ascontiguousarray(toll[marks], dtype=np.float32),
        to_mark=np.ascontiguousarray(toll[:, marks].T, dtype=np.float32),
        # a bound adds up to eight rounded tolls: half a unit in the last place of the greatest sum each time
        slack=float(64 * np.spacing(np.float32(toll.max(initial=1.0)))),
    )


def _spread(way: F64) -> list[int]:
    """Locations as far as can be from each other; `way` (N, N), negative where there is none."""
    marks = [int(way.max(axis=1).argmax())]
    nearest = way[marks[0]].copy()
    while len(marks) < LANDMARKS:
        marks.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, way[marks[-1]])
    return marks


@njit(cache=True, nogil=True)
def mark_reach(board: Board, ground: Ground, v: int) -> None:
    """Keep what bounds read of plan `v`: its legs in one row, and its extent seen from each landmark."""
    n = board.size[v]
    legs, reach, marks = board.legs, board.reach, ground.from_mark.shape[0]
    board.ends[v, 0], board.ends[v, 1] = board.loc[v, n], board.start_s[v, n] + board.dwell_s[v, n]
    for mark in range(marks):
        reach[v, mark] = -np.inf
        reach[v, marks + mark] = np.inf
    for k in range(n + 1):
        a = board.loc[v, k]
        legs[v, k, 0] = a
        legs[v, k, 1] = board.start_s[v, k] + board.dwell_s[v, k]
        legs[v, k, 2], legs[v, k, 3] = 0, 0
        if k == n:
            break
        b = board.loc[v, k + 1]
        legs[v, k, 2], legs[v, k, 3] = ground.seconds[a, b], ground.metres[a, b]
        leg = ground.toll[a, b]
        for mark in range(marks):
            far = ground.from_mark[mark, a] + ground.to_mark[mark, b] + leg
            near = ground.to_mark[mark, a] + ground.from_mark[mark, b] - leg
            reach[v, mark] = max(reach[v, mark], far)
            reach[v, marks + mark] = min(reach[v, marks + mark], near)
