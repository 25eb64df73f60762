"""What an insertion costs at least, told without trying it; the search leaves out what cannot win by this.

Two bounds, each below the cost of every insertion into a plan. `soonest_grades` looks only at where vehicles
are: how long the rider waits if they come at once. `plan_costs` adds how far both stops lie off a whole plan,
as seen from the landmarks. A third, of each slot of one plan, belongs to the trial of that plan.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import F32, F64, I32, LANDMARKS, U8, Ask, Board, Ground, Weights
from fleet.kernels.improve_layout import wide

GRADES = 250
"""Bounds are compared by so many grades where sorting them would cost more."""
LEFT_OUT, TRIED = 255, 254
"""Instead of a grade: could not be in time; its plan was tried."""


@njit(cache=True, nogil=True)
def has_places(board: Board, ask: Ask, v: int) -> bool:
    """Whether vehicle `v` has such places at all and room for two more tasks."""
    for c in range(ask.demand.shape[0]):
        if ask.demand[c] > board.capacity[v, c]:
            return False
    return bool(board.size[v] + 2 < board.loc.shape[1])


@njit(cache=True, nogil=True)
def ride_costs(ground: Ground, ask: Ask, weights: Weights) -> F64:
    """What the ride itself costs at least between two options, walks included; (P, D), inf where no ride."""
    cost = np.full((ask.pick_loc.shape[0], ask.drop_loc.shape[0]), np.inf)
    for p in range(ask.pick_loc.shape[0]):
        for d in range(ask.drop_loc.shape[0]):
            if ask.pick_loc[p] != ask.drop_loc[d]:
                way = np.float64(ground.seconds[ask.pick_loc[p], ask.drop_loc[d]])
                walk = weights.walk * (ask.pick_walk_s[p] + ask.drop_walk_s[d])
                cost[p, d] = weights.ride * way + walk
    return cost


@njit(cache=True, nogil=True)
def soonest_limits(ask: Ask, weights: Weights, ride_cost: F64) -> tuple[float, float]:
    """Between what values the costs of waiting for a vehicle that comes at once, and of the ride, lie.

    The first is infinity if no vehicle can be in time.
    """
    low, high = np.inf, -np.inf
    for p in range(ask.pick_loc.shape[0]):
        rest = ride_cost[p].min()
        early, late = wide(ask.pick_early_s[p]), wide(ask.pick_late_s[p])
        if rest < np.inf and early <= late:
            low = min(low, weights.wait * (early - ask.ready_s) + rest)
            high = max(high, weights.wait * (late - ask.ready_s) + rest)
    return low, high


@njit(cache=True, nogil=True)
def soonest_grades(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, ride_cost: F64,
    low: float, scale: float, grade: U8,
) -> None:  # fmt: skip
    """How many whole steps of 1 / `scale` waiting and the ride cost above `low`, into `grade` (V,).

    With a vehicle that comes at once; LEFT_OUT if it takes nobody or would be too late.
    """
    origin_s, origin_loc, fixed, taking = board.origin_s, board.origin_loc, board.fixed, board.taking
    grade[:] = LEFT_OUT
    for p in range(ask.pick_loc.shape[0]):
        way = ground.back[ask.pick_loc[p]]
        early, late = wide(ask.pick_early_s[p]), wide(ask.pick_late_s[p])
        rest = ride_cost[p].min()
        if rest == np.inf or early > late:
            continue
        each = weights.wait * scale
        first = (rest - weights.wait * ask.ready_s - low) * scale
        for v in range(grade.shape[0]):
            leave = wide(origin_s[v])
            if fixed[v] == 0:
                leave = max(leave, now_s)
            at = leave + way[np.uint32(origin_loc[v])]
            step = int(each * max(at, early) + first)
            if at <= late and taking[v] != 0 and step < grade[v]:
                grade[v] = step


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def plan_costs(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, ride_cost: F64,
    vehicles: I32, mark: float,
) -> F64:  # fmt: skip
    """A bound for each of `vehicles` from where it is and what landmarks tell of its plan.

    Infinity if it is not below `mark`, has no such places or no room in its plan, or would be too late.
    """
    reach, size, ends = board.reach, board.size, board.ends
    origin_s, origin_loc, fixed = board.origin_s, board.origin_loc, board.fixed
    each, ready = weights.wait, ask.ready_s
    seen = np.empty((4, LANDMARKS), np.float32)
    least = np.full(vehicles.shape[0], np.inf)
    for p in range(ask.pick_loc.shape[0]):
        at_p = ask.pick_loc[p]
        way, to_p = ground.back[at_p], ground.toll_back[at_p]
        early, late = wide(ask.pick_early_s[p]), wide(ask.pick_late_s[p])
        for d in range(ask.drop_loc.shape[0]):
            if ride_cost[p, d] == np.inf:
                continue
            at_d = ask.drop_loc[d]
            to_d, direct = ground.toll_back[at_d], ground.toll[at_p, at_d]
            rest = ride_cost[p, d] - ground.slack
            _seen_from_landmarks(ground, at_p, at_d, seen)
            for k in range(vehicles.shape[0]):
                v = vehicles[k]
                leave = wide(origin_s[v])
                if fixed[v] == 0:
                    leave = max(leave, now_s)
                at = leave + way[np.uint32(origin_loc[v])]
                if at > late:
                    continue
                off_p, off_d, within = np.float32(0.0), np.float32(0.0), np.float32(0.0)
                for at_mark in range(LANDMARKS):
                    far, near = reach[v, at_mark], reach[v, LANDMARKS + at_mark]
                    round_p, round_d = seen[0, at_mark], seen[1, at_mark]
                    both, between = seen[2, at_mark], seen[3, at_mark]
                    off_p = max(off_p, max(round_p - far, near - round_p))
                    off_d = max(off_d, max(round_d - far, near - round_d))
                    within = max(within, max(both - far, near - between))
                within = max(within, max(off_p, off_d))
                end = np.uint32(ends[v, 0])
                apart = off_p + min(off_d, to_d[end])
                cost = each * (max(at, early) - ready) + min(apart, within)
                leave = wide(ends[v, 1])
                if size[v] == 0:
                    leave = max(leave, now_s)
                at = leave + way[end]
                if at <= late:
                    cost = min(cost, each * (max(at, early) - ready) + to_p[end] + direct)
                cost += rest
                if cost < mark and cost < least[k] and has_places(board, ask, v):
                    least[k] = cost
    return least


@njit(cache=True, nogil=True)
def _seen_from_landmarks(ground: Ground, at_p: int, at_d: int, seen: F32) -> None:
    """What `plan_costs` compares with the extent of plans, into `seen` (4, LANDMARKS).

    From each landmark: round by the pickup, round by the drop, out to the pickup and back from the drop, out
    to the drop and back from the pickup less the ride.
    """
    from_mark, to_mark, direct = ground.from_mark, ground.to_mark, ground.toll[at_p, at_d]
    for mark in range(LANDMARKS):
        seen[0, mark] = from_mark[mark, at_p] + to_mark[mark, at_p]
        seen[1, mark] = from_mark[mark, at_d] + to_mark[mark, at_d]
        seen[2, mark] = from_mark[mark, at_p] + to_mark[mark, at_d] + direct
        seen[3, mark] = to_mark[mark, at_p] + from_mark[mark, at_d] - direct
