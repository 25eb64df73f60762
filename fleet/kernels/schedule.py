"""Times of one plan: the earliest and the latest starts of service that keep every window and ride bound.

A plan's starts are bounded by differences (drive, dwell, ride bound) and by instants (windows). The
earliest starts are the least solution of those inequalities, reached by passes that only raise starts; the
latest are the greatest. Savelsbergh (1992) gave the slack without ride bounds; Cordeau and Laporte (2003)
the need for them.
"""

from __future__ import annotations

from numba import njit

from fleet.kernels.board_layout import (
    DROP,
    DWELL,
    EARLY,
    I32,
    LATE,
    LOC,
    MATE,
    NEVER,
    NOBODY,
    RIDE_MAX,
    START,
    U16,
    Board,
    Ground,
    Trial,
)
from fleet.kernels.landmarks import mark_reach


@njit(cache=True, nogil=True)
def settle(board: Board, ground: Ground, v: int) -> int:
    """Recompute everything derived in plan `v` after a change; returns the seconds of lateness in it.

    Where the world has made a task late already, its own start stands for its promise: nothing may make it
    later still, and what was promised stays in `late_s` for the account of breaches.
    """
    n = board.size[v]
    loc, start = board.loc, board.start_s
    loc[v, 0] = board.origin_loc[v]
    start[v, 0] = board.origin_s[v]
    board.dwell_s[v, 0] = 0
    late_sum = 0
    for k in range(1, n + 1):
        t = start[v, k - 1] + board.dwell_s[v, k - 1] + ground.seconds[loc[v, k - 1], loc[v, k]]
        start[v, k] = max(t, board.early_s[v, k])
    _raise_for_rides(board, ground, v)
    for k in range(1, n + 1):
        late_sum += max(0, start[v, k] - board.late_s[v, k])
    _latest(board, ground, v)
    _loads_and_energy(board, ground, v)
    mark_reach(board, ground, v)
    simple = 1
    for k in range(1, n + 1):
        if board.kind[v, k] == DROP and board.mate[v, k] > 0:
            p = board.mate[v, k]
            if board.late_s[v, k] - board.early_s[v, p] - board.dwell_s[v, p] > board.ride_s_max[v, k]:
                simple = 0
    board.simple[v] = simple
    return late_sum


@njit(cache=True, nogil=True)
def _raise_for_rides(board: Board, ground: Ground, v: int) -> None:
    """Let pickups start later where a rider would sit too long while the vehicle waits."""
    n = board.size[v]
    loc, start = board.loc, board.start_s
    for _ in range(n + 1):
        lowest = n + 1
        for k in range(1, n + 1):
            if board.kind[v, k] == DROP and board.mate[v, k] > 0:
                p = board.mate[v, k]
                need = start[v, k] - board.ride_s_max[v, k] - board.dwell_s[v, p]
                # beyond the promised latest pickup, riding long is the smaller harm
                need = min(need, board.late_s[v, p])
                if need > start[v, p]:
                    start[v, p] = need
                    lowest = min(lowest, p)
        if lowest > n:
            return
        for k in range(lowest + 1, n + 1):
            t = start[v, k - 1] + board.dwell_s[v, k - 1] + ground.seconds[loc[v, k - 1], loc[v, k]]
            start[v, k] = max(t, start[v, k])


@njit(cache=True, nogil=True)
def _latest(board: Board, ground: Ground, v: int) -> None:
    n = board.size[v]
    loc, start, last = board.loc, board.start_s, board.last_s
    end = board.shift_end_s[v] - board.dwell_s[v, n] - ground.seconds[loc[v, n], board.home[v]]
    for k in range(n, -1, -1):
        bound = max(board.late_s[v, k], start[v, k]) if k > 0 else NEVER
        if k == n:
            bound = min(bound, max(end, start[v, k]))
        else:
            on = last[v, k + 1] - board.dwell_s[v, k] - ground.seconds[loc[v, k], loc[v, k + 1]]
            bound = min(bound, on)
        last[v, k] = bound


@njit(cache=True, nogil=True)
def _loads_and_energy(board: Board, ground: Ground, v: int) -> None:
    n = board.size[v]
    metres = 0.0
    for c in range(board.load.shape[2]):
        board.load[v, 0, c] = board.change[v, 0, c]
        for k in range(1, n + 1):
            board.load[v, k, c] = board.load[v, k - 1, c] + board.change[v, k, c]
    for k in range(1, n + 1):
        metres += ground.metres[board.loc[v, k - 1], board.loc[v, k]]
    metres += ground.charger_m[board.loc[v, n]]
    board.needed_wh[v] = metres * board.wh_per_m[v]


@njit(cache=True, nogil=True)
def fits_exactly(
    board: Board,
    ground: Ground,
    trial: Trial,
    now_s: int,
    v: int,
    i: int,
    j: int,
    pick: tuple[int, int, int, int],
    drop: tuple[int, int, int],
    ride_s_max: int,
) -> bool:
    """Whether plan `v` keeps every bound with a pickup after slot `i` and its drop after slot `j`.

    `pick` = (location, earliest, latest, dwell), `drop` = (location, latest, dwell). Leaves the earliest
    starts in `trial.route[START]`: the pickup stands at i + 1, the drop at j + 2.
    """
    n = board.size[v]
    route = trial.route
    m = 0
    for k in range(n + 1):
        route[LOC, m] = board.loc[v, k]
        route[EARLY, m] = board.early_s[v, k] if k > 0 else board.start_s[v, 0]
        route[LATE, m] = max(board.late_s[v, k], board.start_s[v, k]) if k > 0 else NEVER
        route[DWELL, m] = board.dwell_s[v, k]
        route[RIDE_MAX, m] = board.ride_s_max[v, k]
        mate = NOBODY
        if board.kind[v, k] == DROP and board.mate[v, k] > 0:
            q = board.mate[v, k]
            mate = q + (1 if q > i else 0) + (1 if q > j else 0)
            sat = board.start_s[v, k] - board.start_s[v, q] - board.dwell_s[v, q]
            route[RIDE_MAX, m] = max(board.ride_s_max[v, k], sat)  # late already: no longer still
        route[MATE, m] = mate
        m += 1
        if k == i:
            route[LOC, m], route[EARLY, m], route[LATE, m], route[DWELL, m] = pick
            route[MATE, m] = NOBODY
            m += 1
        if k == j:
            route[LOC, m], route[LATE, m], route[DWELL, m] = drop
            route[EARLY, m] = 0
            route[RIDE_MAX, m] = ride_s_max
            route[MATE, m] = i + 1
            m += 1
    if i == 0:
        route[EARLY, 0] = max(route[EARLY, 0], now_s)
    end = board.start_s[v, n] + board.dwell_s[v, n] + ground.seconds[board.loc[v, n], board.home[v]]
    return _route_fits(ground.seconds, route, m, board.home[v], max(end, board.shift_end_s[v]))


@njit(cache=True, nogil=True)
def _route_fits(seconds: U16, route: I32, m: int, home: int, home_s_max: int) -> bool:
    start = route[START]
    for k in range(m):
        start[k] = route[EARLY, k]
    lowest = 0
    for _ in range(m + 1):
        for k in range(max(lowest, 1), m):
            t = start[k - 1] + route[DWELL, k - 1] + seconds[route[LOC, k - 1], route[LOC, k]]
            start[k] = max(start[k], t)
            if start[k] > route[LATE, k]:
                return False
        lowest = m
        for k in range(1, m):
            p = route[MATE, k]
            if p > 0:
                need = start[k] - route[RIDE_MAX, k] - route[DWELL, p]
                if need > start[p]:
                    if need > route[LATE, p]:
                        return False
                    start[p] = need
                    lowest = min(lowest, p + 1)
        if lowest == m:
            end = start[m - 1] + route[DWELL, m - 1] + seconds[route[LOC, m - 1], home]
            return bool(end <= home_s_max)
    return False
