"""Every pair of places in one plan for one request: bounded slot by slot, then priced exactly.

All that is read in a plan lies in one row of the board, and all ways are from or to the two stops, so that
they are read from single rows of the matrices. One function for all vehicles: handing the board's arrays from
function to function took longer than what they were handed for.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.board_layout import (
    BATTERY,
    DROP,
    F32,
    F64,
    FULL,
    I16,
    I32,
    PICKUP,
    PROMISED,
    START,
    TOO_FAR,
    TOO_LONG,
    U8,
    U16,
    Ask,
    Board,
    Found,
    Ground,
    Trial,
    Weights,
)
from fleet.kernels.improve_layout import wide
from fleet.kernels.insertion_bounds import TRIED
from fleet.kernels.schedule import fits_exactly


@njit(cache=True, nogil=True)
def try_plans(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, ride_cost: F64,
    vehicles: I32, bound: F64, order: I32, trial: Trial, found: Found,
) -> None:  # fmt: skip
    """Try the plans of `vehicles[order]` whose `bound` (in the order of `vehicles`) is below what was found.

    A plan is walked through from its end, so that the least detour of a drop further on is known; only behind
    slots that could win by this the pickup is tried, and the drop moves on from there.
    """
    legs, start, early_s, last_s = board.legs, board.start_s, board.early_s, board.last_s
    dwell_s = board.dwell_s
    kind, load, capacity, size, simple = board.kind, board.load, board.capacity, board.size, board.simple
    out, back, out_s, back_s = ground.toll, ground.toll_back, ground.seconds, ground.back
    demand = ask.demand
    further, floor, slack = trial.further, trial.floor, ground.slack
    best = found.cost.shape[0]
    # If the pickup has to move later, waiting costs at least what riding less saves: the bound holds.
    waiting_costs = weights.wait >= weights.ride
    for rank in range(order.shape[0]):
        v = wide(vehicles[order[rank]])
        mark = found.cost[best - 1]
        if bound[order[rank]] >= mark:
            continue
        n, first = size[v], board.fixed[v]
        reason = -1
        for p in range(ask.pick_loc.shape[0]):
            at_p = ask.pick_loc[p]
            for d in range(ask.drop_loc.shape[0]):
                if ride_cost[p, d] == np.inf:
                    continue
                at_d = ask.drop_loc[d]
                early_p, late_p = wide(ask.pick_early_s[p]), wide(ask.pick_late_s[p])
                least = _floors(
                    legs, out, back, back_s, further, floor, weights, v, first, n, at_p, at_d,
                    now_s, early_p, late_p, ask.ready_s, ride_cost[p, d] - slack,
                )  # fmt: skip
                if least == np.inf:
                    continue
                reason = max(reason, TOO_FAR)
                if least >= mark:
                    continue
                late_d, ride_s_max = wide(ask.drop_late_s[d]), wide(ask.ride_s_max[p, d])
                latest_d = min(late_d, late_p + ask.pick_dwell_s + ride_s_max)
                direct, direct_s = out[at_p, at_d], wide(out_s[at_p, at_d])
                fixed_cost = weights.walk * (ask.pick_walk_s[p] + ask.drop_walk_s[d])
                for i in range(first, n + 1):
                    if floor[i] >= mark:
                        continue
                    if not _room(load, capacity, demand, v, i):
                        reason = max(reason, FULL)
                        continue
                    loc_i = np.uint32(legs[v, i, 0])
                    leave = wide(legs[v, i, 1])
                    if i == 0:
                        leave = max(leave, now_s)
                    s_p = max(leave + back_s[at_p, loc_i], early_p)
                    free = s_p + ask.pick_dwell_s
                    here = weights.wait * (s_p - ask.ready_s) + fixed_cost
                    lowest = here + weights.ride * direct_s - slack
                    # the vehicle's own plan behind the pickup, walked once while the drop moves back
                    t, late_sum, moving_s = wide(0), wide(0), direct_s
                    detour = np.float64(back[at_p, loc_i])
                    for j in range(i, n + 1):
                        loc_j = np.uint32(legs[v, j, 0])
                        if j == i:
                            s_d = free + direct_s
                            toll = detour + direct
                        else:
                            if j == i + 1:
                                moving_s = wide(out_s[at_p, loc_j])
                                t = free + moving_s
                                detour += (
                                    out[at_p, loc_j] - weights.drive * legs[v, i, 2]
                                    - weights.metre * legs[v, i, 3]
                                )  # fmt: skip
                            else:
                                step = wide(dwell_s[v, j - 1]) + legs[v, j - 1, 2]
                                t += step
                                moving_s += step
                            t = max(t, wide(early_s[v, j]))
                            if t > last_s[v, j]:
                                reason = max(reason, PROMISED)
                                break
                            if not _room(load, capacity, demand, v, j):
                                reason = max(reason, FULL)
                                break
                            if kind[v, j] == PICKUP or kind[v, j] == DROP:
                                late_sum += max(0, t - start[v, j])
                            longer_s = max(0, t - free - direct_s) if waiting_costs else 0
                            others_cost = weights.ride * longer_s + weights.delay * late_sum
                            if lowest + others_cost + detour + further[j] >= mark:
                                break  # others wait and the rider rides longer; no later drop is nearer
                            to_d_s = wide(dwell_s[v, j]) + back_s[at_d, loc_j]
                            if moving_s + to_d_s > ride_s_max:
                                reason = max(reason, TOO_LONG)
                                break
                            s_d = t + to_d_s
                            toll = detour + back[at_d, loc_j]
                        if s_d > latest_d:
                            reason = max(reason, TOO_LONG)
                            break
                        after = loc_j
                        if j < n:
                            after = np.uint32(legs[v, j + 1, 0])
                            toll += out[at_d, after]
                            toll -= weights.drive * legs[v, j, 2] + weights.metre * legs[v, j, 3]
                        ride = s_d - free
                        exact = simple[v] == 0 or ride > ride_s_max
                        least_ride = direct_s if exact and not waiting_costs else ride
                        if here + toll + weights.ride * least_ride + weights.delay * late_sum - slack >= mark:
                            continue
                        others = late_sum
                        u = (
                            s_d
                            + ask.drop_dwell_s
                            + (out_s[at_d, after] if j < n else out_s[at_d, board.home[v]])
                        )
                        if j < n:
                            if u > last_s[v, j + 1]:
                                reason = max(reason, PROMISED)
                                continue
                            others += _delay_behind(legs, start, early_s, dwell_s, kind, v, j + 1, n, u)
                        elif u > board.shift_end_s[v]:
                            reason = max(reason, TOO_LONG)
                            continue
                        add_s = _added(ground.seconds, legs, 2, at_p, at_d, v, i, j, n)
                        add_m = _added(ground.metres, legs, 3, at_p, at_d, v, i, j, n)
                        need_m = add_m
                        if j == n:
                            need_m += wide(ground.charger_m[at_d]) - ground.charger_m[loc_j]
                        if need_m * board.wh_per_m[v] > board.usable_wh[v] - board.needed_wh[v]:
                            reason = max(reason, BATTERY)
                            continue
                        drive = weights.drive * add_s + weights.metre * add_m
                        if here + drive + weights.ride * least_ride + weights.delay * others >= mark:
                            continue
                        s_p_now, s_d_now = s_p, s_d
                        if exact:
                            fits = fits_exactly(
                                board, ground, trial, now_s, v, i, j,
                                (at_p, early_p, late_p, ask.pick_dwell_s), (at_d, late_d, ask.drop_dwell_s),
                                ride_s_max,
                            )  # fmt: skip
                            if not fits:
                                reason = max(reason, TOO_LONG if simple[v] == 1 else PROMISED)
                                continue
                            s_p_now = wide(trial.route[START, i + 1])
                            s_d_now = wide(trial.route[START, j + 2])
                            others = _delay_exactly(kind, start, trial.route, v, i, j, n)
                        cost = (
                            fixed_cost + weights.wait * (s_p_now - ask.ready_s) + drive
                            + weights.ride * (s_d_now - s_p_now - ask.pick_dwell_s) + weights.delay * others
                        )  # fmt: skip
                        if cost < mark:
                            _keep(found, cost, (v, i, j, p, d, s_p_now, s_d_now, add_s, add_m))
                            mark = cost
        if reason >= 0:
            trial.grade[v] = TRIED
            if mark == np.inf:
                found.reason[reason] += 1


@njit(cache=True, nogil=True)
def _floors(
    legs: I32, out: F32, back: F32, back_s: U16, further: F64, floor: F64, weights: Weights,
    v: int, first: int, n: int, at_p: int, at_d: int, now_s: int, early_s: int, late_s: int, ready_s: int,
    rest: float,
) -> float:  # fmt: skip
    """Into `further` and `floor` what they tell of each slot of plan `v` from `first` on; the least floor.

    Infinity where the pickup could not be in time.
    """
    near, least = np.inf, np.inf
    direct = out[at_p, at_d]
    after = np.uint32(0)
    for i in range(n, first - 1, -1):
        here = np.uint32(legs[v, i, 0])
        leave = wide(legs[v, i, 1])
        if i == 0:
            leave = max(leave, now_s)
        at = leave + back_s[at_p, here]
        if i == n:
            extra = back[at_p, here] + direct
            near = float(back[at_d, here])
        else:
            leg = weights.drive * legs[v, i, 2] + weights.metre * legs[v, i, 3]
            off = back[at_p, here] - leg
            extra = min(off + out[at_p, after] + near, off + direct + out[at_d, after])
            near = min(near, back[at_d, here] + out[at_d, after] - leg)
        further[i] = near
        floor[i] = np.inf
        if at <= late_s:
            floor[i] = weights.wait * (max(at, early_s) - ready_s) + extra + rest
            least = min(least, floor[i])
        after = here
    return least


@njit(cache=True, nogil=True)
def _room(load: I16, capacity: I16, demand: I16, v: int, k: int) -> bool:
    """Whether the party finds its places when the vehicle leaves slot `k`."""
    for c in range(demand.shape[0]):
        if load[v, k, c] + demand[c] > capacity[v, c]:
            return False
    return True


@njit(cache=True, nogil=True)
def _added(way: U16, legs: I32, column: int, at_p: int, at_d: int, v: int, i: int, j: int, n: int) -> int:
    """What of `way` (seconds or metres, in that `column` of the legs) both stops add to plan `v`."""
    extra = wide(way[legs[v, i, 0], at_p])
    if j == i:
        extra += way[at_p, at_d]
    else:
        extra += wide(way[at_p, legs[v, i + 1, 0]]) - legs[v, i, column] + way[legs[v, j, 0], at_d]
    if j < n:
        extra += wide(way[at_d, legs[v, j + 1, 0]]) - legs[v, j, column]
    return int(extra)


@njit(cache=True, nogil=True)
def _delay_behind(
    legs: I32, start: I32, early_s: I32, dwell_s: I32, kind: U8, v: int, first: int, n: int, u: int
) -> int:
    """By how much riders' tasks from slot `first` on come later, in all, if that slot is reached at `u`."""
    others = 0
    for k in range(first, n + 1):
        u = max(u, wide(early_s[v, k]))
        shift = u - start[v, k]
        if shift <= 0:
            break
        if kind[v, k] == PICKUP or kind[v, k] == DROP:
            others += shift
        u += wide(dwell_s[v, k]) + legs[v, k, 2]
    return others


@njit(cache=True, nogil=True)
def _delay_exactly(kind: U8, start: I32, route: I32, v: int, i: int, j: int, n: int) -> int:
    """The same of `route`, with a pickup after slot `i` and its drop after slot `j`."""
    others = 0
    for k in range(1, n + 1):
        if kind[v, k] == PICKUP or kind[v, k] == DROP:
            moved = k + (1 if k > i else 0) + (1 if k > j else 0)
            others += max(0, route[START, moved] - start[v, k])
    return others


@njit(cache=True, nogil=True)
def _keep(found: Found, cost: float, row: tuple[int, ...]) -> None:
    """Put a candidate into its place, one a vehicle, cheapest first, the lower vehicle first among equals."""
    rows = found.rows
    at = found.cost.shape[0] - 1
    for k in range(at):
        if rows[0, k] == row[0]:
            at = k
            break
    while at > 0 and (found.cost[at - 1] > cost or (found.cost[at - 1] == cost and rows[0, at - 1] > row[0])):
        found.cost[at] = found.cost[at - 1]
        rows[:, at] = rows[:, at - 1]
        at -= 1
    found.cost[at] = cost
    for k in range(len(row)):
        rows[k, at] = row[k]
