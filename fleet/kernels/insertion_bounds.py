"""What an insertion costs at least, told without trying it; the search leaves out what cannot win by this.

Two bounds, each below the cost of every insertion into a plan. `soonest_costs` looks at no plan: how soon the
vehicle could be at the pickup, and how far both stops lie off the plan as seen from the landmarks.
`least_cost` walks through one plan: waiting and detour of the pickup in each leg with the least detour of a
drop behind it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import Ask, Board, Ground, Weights

_BLOCK = 512
"""Vehicles whose bounds are made at a time, so that what is between stays in the nearest cache."""


@njit(cache=True, nogil=True)
def has_places(board: Board, ask: Ask, v: int) -> bool:
    """Whether vehicle `v` has such places at all and room for two more tasks."""
    for c in range(ask.demand.shape[0]):
        if ask.demand[c] > board.capacity[v, c]:
            return False
    return bool(board.size[v] + 2 < board.loc.shape[1])


@njit(cache=True, nogil=True)
def ride_costs(ground: Ground, ask: Ask, weights: Weights) -> np.ndarray:
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
def soonest_costs(
    board: Board,
    ground: Ground,
    ask: Ask,
    weights: Weights,
    now_s: int,
    ride_cost: np.ndarray,
    bound: np.ndarray,
) -> None:
    """A bound for each vehicle into `bound` (V,): infinity if closed, without such places or too far."""
    vehicles = board.size.shape[0]
    soon = np.empty(_BLOCK, np.float32)
    behind = np.empty(_BLOCK, np.float32)
    off_p = np.empty(_BLOCK, np.float32)
    off_d = np.empty(_BLOCK, np.float32)
    within = np.empty(_BLOCK, np.float32)
    least = np.empty(_BLOCK, np.float32)
    for low in range(0, vehicles, _BLOCK):
        count = min(_BLOCK, vehicles - low)
        for k in range(count):
            least[k] = np.inf
        for p in range(ask.pick_loc.shape[0]):
            _waits(board, ground, ask, weights, now_s, p, low, count, soon, behind)
            for d in range(ask.drop_loc.shape[0]):
                if ride_cost[p, d] == np.inf:
                    continue
                at_p, at_d = ask.pick_loc[p], ask.drop_loc[d]
                _detours(board, ground, at_p, at_d, low, count, off_p, off_d, within)
                direct, rest = ground.toll[at_p, at_d], np.float32(ride_cost[p, d])
                to_d, end_loc = ground.toll_back[at_d], board.end_loc[low:]
                for k in range(count):
                    last = to_d[np.uint32(end_loc[k])]
                    apart = off_p[k] + (off_d[k] if off_d[k] < last else last)
                    on_way = soon[k] + (apart if apart < within[k] else within[k])
                    at_end = behind[k] + direct
                    cost = (on_way if on_way < at_end else at_end) + rest
                    least[k] = cost if cost < least[k] else least[k]
        for k in range(count):
            v = low + k
            bound[v] = np.inf
            if board.taking[v] != 0 and least[k] < np.inf and has_places(board, ask, v):
                bound[v] = least[k] - ground.slack


@njit(cache=True, nogil=True)
def _detours(
    board: Board,
    ground: Ground,
    at_p: int,
    at_d: int,
    low: int,
    count: int,
    off_p: np.ndarray,
    off_d: np.ndarray,
    within: np.ndarray,
) -> None:
    """How much longer each plan of a block is at least with a stop in one of its legs.

    With the pickup alone, the drop alone, and the two right behind each other in one leg. One walk over the
    landmarks, two loads for six bounds.
    """
    direct = ground.toll[at_p, at_d]
    for k in range(count):
        off_p[k], off_d[k], within[k] = 0.0, 0.0, 0.0
    for mark in range(ground.from_mark.shape[0]):
        to_p, to_d = ground.to_mark[mark, at_p], ground.to_mark[mark, at_d]
        from_p, from_d = ground.from_mark[mark, at_p], ground.from_mark[mark, at_d]
        round_p, round_d = from_p + to_p, from_d + to_d
        both, between = from_p + to_d + direct, to_p + from_d - direct
        far, near = board.leg_far[mark, low:], board.leg_near[mark, low:]
        for k in range(count):
            f, n = far[k], near[k]
            off_p[k] = max(off_p[k], max(round_p - f, n - round_p))
            off_d[k] = max(off_d[k], max(round_d - f, n - round_d))
            within[k] = max(within[k], max(both - f, n - between))
    for k in range(count):
        within[k] = max(within[k], max(off_p[k], off_d[k]))


@njit(cache=True, nogil=True)
def _waits(
    board: Board,
    ground: Ground,
    ask: Ask,
    weights: Weights,
    now_s: int,
    p: int,
    low: int,
    count: int,
    soon: np.ndarray,
    behind: np.ndarray,
) -> None:
    """Into `soon` the cost of waiting for a vehicle that comes at once, into `behind` when its plan is done.

    The latter with its way there; infinity if too late.
    """
    back, toll = ground.back[ask.pick_loc[p]], ground.toll_back[ask.pick_loc[p]]
    early, late = ask.pick_early_s[p], ask.pick_late_s[p]
    origin_s, origin_loc = board.origin_s[low:], board.origin_loc[low:]
    end_s, end_loc = board.end_s[low:], board.end_loc[low:]
    size, fixed = board.size[low:], board.fixed[low:]
    each, ready = np.float32(weights.wait), ask.ready_s
    for k in range(count):
        leave = max(origin_s[k], now_s) if fixed[k] == 0 else np.int64(origin_s[k])
        at = leave + back[np.uint32(origin_loc[k])]
        soon[k] = each * np.float32(max(at, early) - ready) if at <= late else np.float32(np.inf)
        end = np.uint32(end_loc[k])
        leave = max(end_s[k], now_s) if size[k] == 0 else np.int64(end_s[k])
        at = leave + back[end]
        cost = each * np.float32(max(at, early) - ready) + toll[end]
        behind[k] = cost if at <= late else np.float32(np.inf)


@njit(cache=True, nogil=True)
def least_cost(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, v: int, ride_cost: np.ndarray
) -> float:
    """No insertion into plan `v` is cheaper than this; infinity if none can be in time.

    From the end of the plan to its beginning, so that the least detour of a drop further on is known.
    """
    n = board.size[v]
    loc, toll = board.loc, ground.toll
    least = np.inf
    for p in range(ask.pick_loc.shape[0]):
        at_p = ask.pick_loc[p]
        early, late = ask.pick_early_s[p], ask.pick_late_s[p]
        for d in range(ask.drop_loc.shape[0]):
            if ride_cost[p, d] == np.inf:
                continue
            at_d = ask.drop_loc[d]
            direct = toll[at_p, at_d]
            further = np.inf  # least detour of a drop behind the leg that is looked at
            for i in range(n, board.fixed[v] - 1, -1):
                here = loc[v, i]
                leave = np.int64(board.start_s[v, i]) + board.dwell_s[v, i]
                if i == 0:
                    leave = max(leave, now_s)
                at = leave + ground.seconds[here, at_p]
                if i == n:
                    extra = toll[here, at_p] + direct
                    drop = toll[here, at_d]
                else:
                    after = loc[v, i + 1]
                    leg = toll[here, after]
                    to_d = toll[at_d, after]
                    off = toll[here, at_p] - leg
                    extra = min(off + toll[at_p, after] + further, off + direct + to_d)
                    drop = toll[here, at_d] + to_d - leg
                further = min(further, drop)
                if at <= late:
                    wait = weights.wait * (max(at, early) - ask.ready_s)
                    least = min(least, wait + extra + ride_cost[p, d])
    return least - ground.slack
