"""The best places for one request in the plans of all vehicles.

Every pair of positions of every vehicle that could be in time is priced; none that could win is left out.
Three bounds keep it fast, and none ever leaves the best out (tests hold it against trying everything): how
soon a vehicle could come; what landmarks tell of its whole plan; and, slot by slot, waiting and detours. The
few vehicles that could come first are tried first, so that most others need no look at their plans; of those
that remain the lowest bounds are tried first. The search is that of Ma, Zheng and Wolfson (2013) and of every
dial-a-ride dispatcher since, over flat arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import (
    CLOSED,
    F64,
    I32,
    NO_PLACE,
    TOO_FAR,
    U8,
    Ask,
    Board,
    Found,
    Ground,
    Trial,
    Weights,
)
from fleet.kernels.insertion_bounds import (
    GRADES,
    TRIED,
    has_places,
    plan_costs,
    ride_costs,
    soonest_grades,
    soonest_limits,
)
from fleet.kernels.insertion_trial import try_plans

_NEAREST = 32
"""About so many vehicles that could be there first are looked at first, so that few others can still win."""
_SAMPLED = 8
"""How many are near is told from every so manieth vehicle."""


@njit(cache=True, nogil=True)
def scan(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, trial: Trial, found: Found
) -> int:
    """Fill `found` with the cheapest insertion of each of the best vehicles; returns how many there are.

    `ground` must be laid by the same weights. `found.reason` counts the vehicles that could not by why, when
    none could.
    """
    best = found.cost.shape[0]
    found.cost[:] = np.inf
    found.rows[0] = -1
    found.reason[:] = 0
    ride_cost = ride_costs(ground, ask, weights)
    low, high = soonest_limits(ask, weights, ride_cost)
    scale = (GRADES - 1) / (high - low) if high > low else 0.0
    soonest_grades(board, ground, ask, weights, now_s, ride_cost, low, scale, trial.grade)
    begin, until = 0, _near_grade(trial.grade)
    while begin < until:
        count = _between(trial.grade, begin, until, trial.vehicle)
        vehicles, mark = trial.vehicle[:count], found.cost[best - 1]
        bound = plan_costs(board, ground, ask, weights, now_s, ride_cost, vehicles, mark)
        order = trial.order[: _in_order(bound, trial.order)]
        try_plans(board, ground, ask, weights, now_s, ride_cost, vehicles, bound, order, trial, found)
        begin, until, mark = until, GRADES, found.cost[best - 1]
        if mark < high:
            until = int((mark - low) * scale) + 1
    if found.rows[0, 0] < 0:
        _tell_why(board, ask, trial.grade, found)
    count = 0
    while count < best and found.rows[0, count] >= 0:
        count += 1
    return count


@njit(cache=True, nogil=True)
def _near_grade(grade: U8) -> int:
    """The grade below which some of the vehicles lie, enough to begin with; GRADES if there are too few."""
    many = np.zeros(GRADES, np.int32)
    step = _SAMPLED if grade.shape[0] > _SAMPLED * _NEAREST else 1
    for v in range(0, grade.shape[0], step):
        if grade[v] < GRADES:
            many[grade[v]] += step
    below = 0
    for k in range(GRADES):
        below += many[k]
        if below >= _NEAREST:
            return k + 1
    return GRADES


@njit(cache=True, nogil=True)
def _between(grade: U8, begin: int, until: int, vehicle: I32) -> int:
    """Into `vehicle` those with a grade from `begin` to before `until`; returns how many they are."""
    count = 0
    for v in range(grade.shape[0]):
        vehicle[count] = v  # without a branch, which would be mispredicted half of the time
        count += 1 if begin <= grade[v] < until else 0
    return count


@njit(cache=True, nogil=True)
def _in_order(bound: F64, order: I32) -> int:
    """Into `order` the places of finite bounds, the lowest first, roughly; returns how many they are."""
    low, high = np.inf, -np.inf
    for k in range(bound.shape[0]):
        if bound[k] < np.inf:
            low, high = min(low, bound[k]), max(high, bound[k])
    scale = (GRADES - 1) / (high - low) if high > low else 0.0
    end = np.zeros(GRADES + 1, np.int32)
    for k in range(bound.shape[0]):
        if bound[k] < np.inf:
            end[int((bound[k] - low) * scale) + 1] += 1
    for grade in range(GRADES):
        end[grade + 1] += end[grade]
    count = end[GRADES]
    for k in range(bound.shape[0]):
        if bound[k] < np.inf:
            grade = int((bound[k] - low) * scale)
            order[end[grade]] = k
            end[grade] += 1
    return int(count)


@njit(cache=True, nogil=True)
def _tell_why(board: Board, ask: Ask, grade: U8, found: Found) -> None:
    """Count the vehicles that were not even tried by why."""
    for v in range(grade.shape[0]):
        if board.taking[v] == 0:
            found.reason[CLOSED] += 1
        elif not has_places(board, ask, v):
            found.reason[NO_PLACE] += 1
        elif grade[v] != TRIED:
            found.reason[TOO_FAR] += 1
