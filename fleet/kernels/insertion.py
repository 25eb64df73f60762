"""The best places for one request in the plans of all vehicles.

Every pair of positions of every vehicle that could be in time is priced; none that could win is left out.
Three bounds keep it fast, and none ever leaves the best out (tests hold it against trying everything): what
landmarks tell of a whole plan; waiting and detours in each leg of a plan; and, within a plan, that starts
only grow and that no drop further on is nearer than the nearest. Vehicles are tried by their bounds in turn.
The search is that of Ma, Zheng and Wolfson (2013) and of every dial-a-ride dispatcher since, over
flat arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import (
    BATTERY,
    CLOSED,
    DROP,
    FULL,
    NO_PLACE,
    PICKUP,
    PROMISED,
    TOO_FAR,
    TOO_LONG,
    Ask,
    Board,
    Found,
    Ground,
    Trial,
    Weights,
)
from fleet.kernels.insertion_bounds import has_places, least_cost, ride_costs, soonest_costs
from fleet.kernels.schedule import fits_exactly

_PROMISING = 4
"""So many vehicles of the lowest bounds are tried first, so that few others can still win."""
_GRADES = 256
"""The others are tried in the order of so many grades of their bounds; sorting them would cost more."""
_TRIED = -np.inf


@njit(cache=True, nogil=True)
def scan(
    board: Board,
    ground: Ground,
    ask: Ask,
    weights: Weights,
    now_s: int,
    bound: np.ndarray,
    trial: Trial,
    found: Found,
) -> int:
    """Fill `found` with the cheapest insertion of each of the best vehicles; returns how many there are.

    `bound` is scratch, (V,) float64; `ground` must be laid by the same weights. `found.reason` counts the
    vehicles that could not by why, when none could.
    """
    best = found.cost.shape[0]
    found.cost[:] = np.inf
    found.vehicle[:] = -1
    found.reason[:] = 0
    ride_cost = ride_costs(ground, ask, weights)
    soonest_costs(board, ground, ask, weights, now_s, ride_cost, bound)
    for v in _lowest(bound):
        if bound[v] < found.cost[best - 1]:
            _try_vehicle(board, ground, ask, weights, now_s, v, trial, found)
            bound[v] = _TRIED
    for v in _by_bound(bound, found.cost[best - 1]):
        if bound[v] < found.cost[best - 1]:
            if least_cost(board, ground, ask, weights, now_s, v, ride_cost) < found.cost[best - 1]:
                _try_vehicle(board, ground, ask, weights, now_s, v, trial, found)
                bound[v] = _TRIED
    if found.vehicle[0] < 0:
        _tell_why(board, ask, bound, found)
    count = 0
    while count < best and found.vehicle[count] >= 0:
        count += 1
    return count


@njit(cache=True, nogil=True)
def _lowest(bound: np.ndarray) -> np.ndarray:
    """The few vehicles of the lowest bounds, lowest first; fewer if fewer are below infinity."""
    first = np.full(_PROMISING, -1, np.int32)
    worst = np.inf
    for v in range(bound.shape[0]):
        if bound[v] < worst:
            at = _PROMISING - 1
            while at > 0 and (first[at - 1] < 0 or bound[first[at - 1]] > bound[v]):
                first[at] = first[at - 1]
                at -= 1
            first[at] = v
            if first[_PROMISING - 1] >= 0:
                worst = bound[first[_PROMISING - 1]]
    count = 0
    while count < _PROMISING and first[count] >= 0:
        count += 1
    return first[:count]


@njit(cache=True, nogil=True)
def _by_bound(bound: np.ndarray, below: float) -> np.ndarray:
    """The vehicles not tried whose bound is less than `below`, the lowest bounds first, roughly."""
    low, high = np.inf, -np.inf
    for v in range(bound.shape[0]):
        if _TRIED < bound[v] < below:
            low, high = min(low, bound[v]), max(high, bound[v])
    scale = _GRADES / (high - low) if high > low else 0.0
    begin = np.zeros(_GRADES + 2, np.int32)
    for v in range(bound.shape[0]):
        if _TRIED < bound[v] < below:
            begin[int((bound[v] - low) * scale) + 1] += 1
    for grade in range(_GRADES + 1):
        begin[grade + 1] += begin[grade]
    order = np.empty(begin[_GRADES + 1], np.int32)
    for v in range(bound.shape[0]):
        if _TRIED < bound[v] < below:
            grade = int((bound[v] - low) * scale)
            order[begin[grade]] = v
            begin[grade] += 1
    return order


@njit(cache=True, nogil=True)
def _tell_why(board: Board, ask: Ask, bound: np.ndarray, found: Found) -> None:
    """Count the vehicles that were not even tried by why."""
    for v in range(bound.shape[0]):
        if board.taking[v] == 0:
            found.reason[CLOSED] += 1
        elif not has_places(board, ask, v):
            found.reason[NO_PLACE] += 1
        elif bound[v] != _TRIED:
            found.reason[TOO_FAR] += 1


@njit(cache=True, nogil=True)
def _keep(
    found: Found,
    cost: float,
    v: int,
    i: int,
    j: int,
    p: int,
    d: int,
    pick_s: int,
    drop_s: int,
    s: int,
    m: int,
) -> None:
    """Put a candidate into its place, one a vehicle, cheapest first, the lower vehicle first among equals."""
    best = found.cost.shape[0]
    at = best - 1
    for k in range(best):
        if found.vehicle[k] == v:
            at = k
            break
    while at > 0 and (
        found.cost[at - 1] > cost or (found.cost[at - 1] == cost and found.vehicle[at - 1] > v)
    ):
        found.cost[at] = found.cost[at - 1]
        for column in (
            found.vehicle, found.after_pick, found.after_drop, found.pick, found.drop,
            found.pick_s, found.drop_s, found.drive_s, found.drive_m,
        ):  # fmt: skip
            column[at] = column[at - 1]
        at -= 1
    found.cost[at] = cost
    found.vehicle[at] = v
    found.after_pick[at], found.after_drop[at] = i, j
    found.pick[at], found.drop[at] = p, d
    found.pick_s[at], found.drop_s[at] = pick_s, drop_s
    found.drive_s[at], found.drive_m[at] = s, m


@njit(cache=True, nogil=True)
def _mark(found: Found, v: int) -> float:
    """The cost that a candidate of vehicle `v` must beat."""
    best = found.cost.shape[0]
    for k in range(best):
        if found.vehicle[k] == v:
            return float(found.cost[k])
    return float(found.cost[best - 1])


@njit(cache=True, nogil=True)
def _room(board: Board, ask: Ask, v: int, k: int) -> bool:
    for c in range(ask.demand.shape[0]):
        if board.load[v, k, c] + ask.demand[c] > board.capacity[v, c]:
            return False
    return True


@njit(cache=True, nogil=True)
def _try_vehicle(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, v: int, trial: Trial, found: Found
) -> None:
    worst = -1
    for p in range(ask.pick_loc.shape[0]):
        for d in range(ask.drop_loc.shape[0]):
            if ask.pick_loc[p] != ask.drop_loc[d]:
                why = _try_stops(board, ground, ask, weights, now_s, v, p, d, trial, found)
                worst = max(worst, why)
    if worst >= 0 and _mark(found, v) == np.inf:
        found.reason[worst] += 1


@njit(cache=True, nogil=True)
def _try_stops(
    board: Board,
    ground: Ground,
    ask: Ask,
    weights: Weights,
    now_s: int,
    v: int,
    p: int,
    d: int,
    trial: Trial,
    found: Found,
) -> int:
    """Price every pair of positions in plan `v` between two stops; the furthest reason met, -1 for none."""
    seconds, metres = ground.seconds, ground.metres
    loc, start, last, dwell = board.loc, board.start_s, board.last_s, board.dwell_s
    n = board.size[v]
    at_p, at_d = ask.pick_loc[p], ask.drop_loc[d]
    early_p, late_p, late_d = ask.pick_early_s[p], ask.pick_late_s[p], ask.drop_late_s[d]
    ride_s_max = ask.ride_s_max[p, d]
    fixed_cost = weights.walk * (ask.pick_walk_s[p] + ask.drop_walk_s[d])
    spare_wh = board.usable_wh[v] - board.needed_wh[v]
    further, toll = trial.further, ground.toll
    _least_drops(board, ground, v, at_d, further)
    mark = _mark(found, v)
    direct_s, direct_m = np.int64(seconds[at_p, at_d]), np.int64(metres[at_p, at_d])
    # If the pickup has to move later, waiting costs at least what riding less saves: the bound holds.
    waiting_costs = weights.wait >= weights.ride
    latest_d = min(late_d, late_p + ask.pick_dwell_s + ride_s_max)
    reason = TOO_FAR
    for i in range(board.fixed[v], n + 1):
        leave = start[v, i] + dwell[v, i]
        if i == 0:
            leave = max(leave, now_s)
        s_p = leave + seconds[loc[v, i], at_p]
        if s_p > late_p:
            break
        s_p = max(s_p, early_p)
        if not _room(board, ask, v, i):
            reason = max(reason, FULL)
            continue
        to_p_s, to_p_m = np.int64(seconds[loc[v, i], at_p]), np.int64(metres[loc[v, i], at_p])
        out_p = s_p + ask.pick_dwell_s
        here = weights.wait * (s_p - ask.ready_s) + fixed_cost
        floor = here + weights.ride * direct_s - ground.slack
        if floor >= mark:
            break  # starts grow along the plan: every later place waits longer
        if i < n:
            after = loc[v, i + 1]
            off = toll[loc[v, i], at_p] - toll[loc[v, i], after]
            apart = off + toll[at_p, after] + further[i + 1]
            if floor + min(apart, off + toll[at_p, at_d] + toll[at_d, after]) >= mark:
                continue  # the detours are too long, wherever the drop goes
        # the vehicle's own plan behind the pickup, walked once while the drop moves back
        t = 0
        late_sum = 0
        moving_s = direct_s
        before_s = to_p_s
        before_m = to_p_m
        for j in range(i, n + 1):
            if j == i:
                s_d = out_p + direct_s
                add_s, add_m = to_p_s + direct_s, to_p_m + direct_m
            else:
                if j == i + 1:
                    t = out_p + seconds[at_p, loc[v, j]]
                    moving_s = np.int64(seconds[at_p, loc[v, j]])
                    before_s += np.int64(seconds[at_p, loc[v, j]]) - seconds[loc[v, i], loc[v, j]]
                    before_m += np.int64(metres[at_p, loc[v, j]]) - metres[loc[v, i], loc[v, j]]
                else:
                    step = np.int64(dwell[v, j - 1]) + seconds[loc[v, j - 1], loc[v, j]]
                    t += step
                    moving_s += step
                t = max(t, board.early_s[v, j])
                if t > last[v, j]:
                    reason = max(reason, PROMISED)
                    break
                if not _room(board, ask, v, j):
                    reason = max(reason, FULL)
                    break
                if board.kind[v, j] == PICKUP or board.kind[v, j] == DROP:
                    late_sum += max(0, t - start[v, j])
                apart = weights.drive * before_s + weights.metre * before_m + further[j]
                longer_s = max(0, t - out_p - direct_s) if waiting_costs else 0
                if floor + weights.ride * longer_s + apart + weights.delay * late_sum >= mark:
                    break  # others wait and the rider rides longer, and no later place of the drop is nearer
                to_d_s = np.int64(dwell[v, j]) + seconds[loc[v, j], at_d]
                if moving_s + to_d_s > ride_s_max:
                    reason = max(reason, TOO_LONG)
                    break
                s_d = t + to_d_s
                add_s = before_s + seconds[loc[v, j], at_d]
                add_m = before_m + metres[loc[v, j], at_d]
            if s_d > latest_d:
                reason = max(reason, TOO_LONG)
                break
            others = late_sum
            if j < n:
                add_s += np.int64(seconds[at_d, loc[v, j + 1]])
                add_m += np.int64(metres[at_d, loc[v, j + 1]])
                if j == i:
                    add_s -= seconds[loc[v, j], loc[v, j + 1]]
                    add_m -= metres[loc[v, j], loc[v, j + 1]]
                else:
                    add_s -= np.int64(seconds[loc[v, j], loc[v, j + 1]])
                    add_m -= np.int64(metres[loc[v, j], loc[v, j + 1]])
            drive = weights.drive * add_s + weights.metre * add_m
            ride = s_d - out_p
            exact = board.simple[v] == 0 or ride > ride_s_max
            least_ride = direct_s if exact and not waiting_costs else ride
            cost = here + drive + weights.ride * least_ride + weights.delay * late_sum
            if cost >= mark:
                continue
            if j < n:
                u = s_d + ask.drop_dwell_s + seconds[at_d, loc[v, j + 1]]
                if u > last[v, j + 1]:
                    reason = max(reason, PROMISED)
                    continue
                others += _delay_behind(board, ground, v, j + 1, u)
                need_wh = add_m * board.wh_per_m[v]
            else:
                home = s_d + ask.drop_dwell_s + seconds[at_d, board.home[v]]
                if home > board.shift_end_s[v]:
                    reason = max(reason, TOO_LONG)
                    continue
                to_charger = np.int64(ground.charger_m[at_d]) - ground.charger_m[loc[v, n]]
                need_wh = (add_m + to_charger) * board.wh_per_m[v]
            if need_wh > spare_wh:
                reason = max(reason, BATTERY)
                continue
            if here + drive + weights.ride * least_ride + weights.delay * others >= mark:
                continue
            s_p_now, s_d_now = s_p, s_d
            if exact:
                fits = fits_exactly(
                    board, ground, trial, now_s, v, i, j,
                    (at_p, early_p, late_p, ask.pick_dwell_s), (at_d, late_d, ask.drop_dwell_s), ride_s_max,
                )  # fmt: skip
                if not fits:
                    reason = max(reason, TOO_LONG if board.simple[v] == 1 else PROMISED)
                    continue
                s_p_now, s_d_now = np.int64(trial.start_s[i + 1]), np.int64(trial.start_s[j + 2])
                others = _delay_exactly(board, trial, v, i, j)
            cost = (
                fixed_cost + weights.wait * (s_p_now - ask.ready_s) + drive
                + weights.ride * (s_d_now - s_p_now - ask.pick_dwell_s) + weights.delay * others
            )  # fmt: skip
            if cost < mark:
                _keep(found, cost, v, i, j, p, d, s_p_now, s_d_now, int(add_s), int(add_m))
                mark = _mark(found, v)
    return reason


@njit(cache=True, nogil=True)
def _least_drops(board: Board, ground: Ground, v: int, at_d: int, further: np.ndarray) -> None:
    """Into `further` for each slot of plan `v`: the least toll of a drop at `at_d` behind it or later."""
    n = board.size[v]
    toll = ground.toll
    least = toll[board.loc[v, n], at_d]
    further[n] = least
    for k in range(n - 1, -1, -1):
        here, after = board.loc[v, k], board.loc[v, k + 1]
        least = min(least, toll[here, at_d] + toll[at_d, after] - toll[here, after])
        further[k] = least


@njit(cache=True, nogil=True)
def _delay_behind(board: Board, ground: Ground, v: int, first: int, u: int) -> int:
    """By how much riders' tasks from slot `first` on come later, in all, if that slot is reached at `u`."""
    n = board.size[v]
    others = 0
    for k in range(first, n + 1):
        u = max(u, board.early_s[v, k])
        shift = u - board.start_s[v, k]
        if shift <= 0:
            break
        if board.kind[v, k] == PICKUP or board.kind[v, k] == DROP:
            others += shift
        if k < n:
            u += board.dwell_s[v, k] + ground.seconds[board.loc[v, k], board.loc[v, k + 1]]
    return others


@njit(cache=True, nogil=True)
def _delay_exactly(board: Board, trial: Trial, v: int, i: int, j: int) -> int:
    """The same of the route in `trial`, with a pickup after slot `i` and its drop after slot `j`."""
    others = 0
    for k in range(1, board.size[v] + 1):
        if board.kind[v, k] == PICKUP or board.kind[v, k] == DROP:
            moved = k + (1 if k > i else 0) + (1 if k > j else 0)
            others += max(0, trial.start_s[moved] - board.start_s[v, k])
    return others
