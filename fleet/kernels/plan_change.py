"""Changes of one plan: put a pickup and its drop in, take a ride out, finish the first task.

Each leaves the plan settled (times, loads, energy) and its version one higher.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import DROP, NEVER, NOBODY, PICKUP, VISIT, Board, Ground
from fleet.kernels.schedule import settle


@njit(cache=True, nogil=True)
def _shift(board: Board, v: int, at: int, by: int) -> None:
    """Move the slots from `at` on by one, to the right (+1) or over `at` to the left (-1)."""
    n = board.size[v]
    if by > 0:
        for k in range(n, at - 1, -1):
            _copy(board, v, k, k + 1)
    else:
        for k in range(at, n):
            _copy(board, v, k + 1, k)
    board.size[v] = n + by


@njit(cache=True, nogil=True)
def _copy(board: Board, v: int, a: int, b: int) -> None:
    board.loc[v, b] = board.loc[v, a]
    board.kind[v, b] = board.kind[v, a]
    board.ride[v, b] = board.ride[v, a]
    board.early_s[v, b] = board.early_s[v, a]
    board.late_s[v, b] = board.late_s[v, a]
    board.dwell_s[v, b] = board.dwell_s[v, a]
    board.ride_s_max[v, b] = board.ride_s_max[v, a]
    for c in range(board.change.shape[2]):
        board.change[v, b, c] = board.change[v, a, c]


@njit(cache=True, nogil=True)
def _set(
    board: Board, v: int, k: int, kind: int, ride: int, loc: int, early_s: int, late_s: int, dwell_s: int
) -> None:
    board.kind[v, k], board.ride[v, k], board.loc[v, k] = kind, ride, loc
    board.early_s[v, k], board.late_s[v, k], board.dwell_s[v, k] = early_s, late_s, dwell_s
    board.ride_s_max[v, k] = NEVER
    for c in range(board.change.shape[2]):
        board.change[v, k, c] = 0


@njit(cache=True, nogil=True)
def relink(board: Board, v: int) -> None:
    """Point every pickup and drop at its mate by the ride they share."""
    n = board.size[v]
    for k in range(n + 1):
        board.mate[v, k] = NOBODY
    for k in range(1, n + 1):
        if board.kind[v, k] != PICKUP:
            continue
        for m in range(k + 1, n + 1):
            if board.kind[v, m] == DROP and board.ride[v, m] == board.ride[v, k]:
                board.mate[v, k], board.mate[v, m] = m, k


@njit(cache=True, nogil=True)
def insert(
    board: Board,
    ground: Ground,
    v: int,
    i: int,
    j: int,
    ride: int,
    pick: tuple[int, int, int, int],
    drop: tuple[int, int, int],
    ride_s_max: int,
    demand: np.ndarray,
) -> int:
    """Put a ride's pickup after slot `i` and its drop after slot `j` of the plan as it is.

    `pick` = (location, earliest, latest, dwell), `drop` = (location, latest, dwell). Returns the lateness.
    """
    _shift(board, v, j + 1, 1)
    _set(board, v, j + 1, DROP, ride, drop[0], 0, drop[1], drop[2])
    board.ride_s_max[v, j + 1] = ride_s_max
    _shift(board, v, i + 1, 1)
    _set(board, v, i + 1, PICKUP, ride, pick[0], pick[1], pick[2], pick[3])
    for c in range(demand.shape[0]):
        board.change[v, i + 1, c] = demand[c]
        board.change[v, j + 2, c] = -demand[c]
    relink(board, v)
    board.version[v] += 1
    return settle(board, ground, v)


@njit(cache=True, nogil=True)
def visit(
    board: Board, ground: Ground, v: int, at: int, loc: int, early_s: int, late_s: int, dwell_s: int
) -> int:
    """Put a visit without riders (charging, a loop's stop) after slot `at`; returns the lateness."""
    _shift(board, v, at + 1, 1)
    _set(board, v, at + 1, VISIT, NOBODY, loc, early_s, late_s, dwell_s)
    relink(board, v)
    board.version[v] += 1
    return settle(board, ground, v)


@njit(cache=True, nogil=True)
def remove_ride(board: Board, ground: Ground, v: int, ride: int) -> int:
    """Take every task of a ride out of plan `v`; riders on board leave the load; returns the lateness."""
    for k in range(board.size[v], 0, -1):
        if board.ride[v, k] != ride:
            continue
        if board.kind[v, k] == DROP and board.mate[v, k] < 1:
            for c in range(board.change.shape[2]):
                board.change[v, 0, c] += board.change[v, k, c]
        _shift(board, v, k, -1)
    relink(board, v)
    board.version[v] += 1
    return settle(board, ground, v)


@njit(cache=True, nogil=True)
def remove_slot(board: Board, ground: Ground, v: int, k: int) -> int:
    """Take one visit out of plan `v`; returns the lateness."""
    _shift(board, v, k, -1)
    relink(board, v)
    board.version[v] += 1
    return settle(board, ground, v)


@njit(cache=True, nogil=True)
def finish_first(board: Board, ground: Ground, v: int, done_s: int) -> int:
    """The first task is done at `done_s`: its stop becomes the origin; returns the lateness.

    A boarded party is on board from now on: its ride bound becomes an instant at its drop.
    """
    if board.kind[v, 1] == PICKUP:
        drop = board.mate[v, 1]
        if drop > 0:
            if board.ride_s_max[v, drop] < NEVER:
                limit = done_s + board.ride_s_max[v, drop]
                board.late_s[v, drop] = min(board.late_s[v, drop], limit)
            board.ride_s_max[v, drop] = NEVER
    for c in range(board.change.shape[2]):
        board.change[v, 0, c] += board.change[v, 1, c]
    board.origin_loc[v], board.origin_s[v] = board.loc[v, 1], done_s
    _shift(board, v, 1, -1)
    board.fixed[v] = max(0, board.fixed[v] - 1)
    relink(board, v)
    board.version[v] += 1
    return settle(board, ground, v)
