"""The best places for one request in the plans of all vehicles.

Every pair of positions of every vehicle that could be in time is priced; none that could win is left out.
Three bounds keep it fast, and none ever leaves the best out (tests hold it against trying everything): how
soon the vehicle could be at the pickup, its plan left aside; the pickup's own waiting and detour at its best
place in the plan; and, within a plan, that starts only grow, so the first task made too late ends the search
behind it. The search is that of Ma, Zheng and Wolfson (2013) and of every dial-a-ride dispatcher since, over
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
from fleet.kernels.schedule import fits_exactly

_PROMISING = 4
"""So many vehicles of the lowest bounds are tried first, so that few others can still win."""


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

    `bound` is scratch, (V,) float64. `found.reason` counts the vehicles that could not by why, when none
    could.
    """
    best = found.cost.shape[0]
    found.cost[:] = np.inf
    found.vehicle[:] = -1
    found.reason[:] = 0
    vehicles = board.size.shape[0]
    rest = _rest_of(ground, ask, weights)
    for v in range(vehicles):
        bound[v] = np.inf
        if board.taking[v] == 0:
            found.reason[CLOSED] += 1
        elif not _has_places(board, ask, v):
            found.reason[NO_PLACE] += 1
        else:
            bound[v] = _soonest_cost(board, ground, ask, weights, now_s, v, rest)
            if bound[v] == np.inf:
                found.reason[TOO_FAR] += 1
    for _ in range(min(_PROMISING, vehicles)):
        v = int(np.argmin(bound))
        if bound[v] == np.inf:
            break
        bound[v] = np.inf
        _try_vehicle(board, ground, ask, weights, now_s, v, trial, found)
    for v in range(vehicles):
        if bound[v] < found.cost[best - 1]:
            least = _least_cost(board, ground, ask, weights, now_s, v, rest)
            if least == np.inf:
                found.reason[TOO_FAR] += 1
            elif least < found.cost[best - 1]:
                _try_vehicle(board, ground, ask, weights, now_s, v, trial, found)
    count = 0
    while count < best and found.vehicle[count] >= 0:
        count += 1
    return count


@njit(cache=True, nogil=True)
def _has_places(board: Board, ask: Ask, v: int) -> bool:
    for c in range(ask.demand.shape[0]):
        if ask.demand[c] > board.capacity[v, c]:
            return False
    return bool(board.size[v] + 2 < board.loc.shape[1])


@njit(cache=True, nogil=True)
def _rest_of(ground: Ground, ask: Ask, weights: Weights) -> np.ndarray:
    """What every ride from a pickup option costs at least, wherever it goes in; and its shortest way.

    (P, 3): cost, seconds and metres of the cheapest and shortest drop.
    """
    rest = np.full((ask.pick_loc.shape[0], 3), np.inf)
    for p in range(ask.pick_loc.shape[0]):
        for d in range(ask.drop_loc.shape[0]):
            if ask.pick_loc[p] == ask.drop_loc[d]:
                continue
            way = np.float64(ground.seconds[ask.pick_loc[p], ask.drop_loc[d]])
            walk = weights.walk * (ask.pick_walk_s[p] + ask.drop_walk_s[d])
            rest[p, 0] = min(rest[p, 0], weights.ride * way + walk)
            rest[p, 1] = min(rest[p, 1], way)
            rest[p, 2] = min(rest[p, 2], np.float64(ground.metres[ask.pick_loc[p], ask.drop_loc[d]]))
    return rest


@njit(cache=True, nogil=True)
def _soonest_cost(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, v: int, rest: np.ndarray
) -> float:
    """No insertion is cheaper than driving to the pickup at once, the plan aside; infinity if too late."""
    least = np.inf
    ready = board.origin_s[v] if board.fixed[v] > 0 else max(board.origin_s[v], now_s)
    for p in range(ask.pick_loc.shape[0]):
        at = ready + np.int64(ground.back[ask.pick_loc[p], board.origin_loc[v]])
        if at <= ask.pick_late_s[p]:
            wait = weights.wait * (max(at, ask.pick_early_s[p]) - ask.ready_s)
            least = min(least, wait + rest[p, 0])
    return least


@njit(cache=True, nogil=True)
def _least_cost(
    board: Board, ground: Ground, ask: Ask, weights: Weights, now_s: int, v: int, rest: np.ndarray
) -> float:
    """No insertion into plan `v` is cheaper than this; infinity if none can be in time.

    The pickup alone, at its best place, already costs its waiting and its detour; by the triangle inequality
    the drop cannot make the way shorter again. At the end of a plan the ride itself is driven, too.
    """
    least = np.inf
    n = board.size[v]
    loc = board.loc
    for p in range(ask.pick_loc.shape[0]):
        at_p = ask.pick_loc[p]
        for i in range(board.fixed[v], n + 1):
            here = loc[v, i]
            leave = board.start_s[v, i] + board.dwell_s[v, i]
            if i == 0:
                leave = max(leave, now_s)
            to_s = np.int64(ground.back[at_p, here])
            if leave + to_s > ask.pick_late_s[p]:
                break
            wait = weights.wait * (max(leave + to_s, ask.pick_early_s[p]) - ask.ready_s) + rest[p, 0]
            if wait >= least:
                break
            if i < n:
                after = loc[v, i + 1]
                add_s = to_s + ground.seconds[at_p, after] - ground.seconds[here, after]
                if wait + weights.drive * add_s >= least:
                    continue
                add_m = np.int64(ground.metres[here, at_p]) + ground.metres[at_p, after]
                add_m -= np.int64(ground.metres[here, after])
                least = min(least, wait + weights.drive * max(add_s, 0) + weights.metre * max(add_m, 0))
            else:
                add_m = ground.metres[here, at_p] + rest[p, 2]
                least = min(least, wait + weights.drive * (to_s + rest[p, 1]) + weights.metre * add_m)
    return least


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
    direct_s, direct_m = np.int64(seconds[at_p, at_d]), np.int64(metres[at_p, at_d])
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
        if here + weights.ride * direct_s >= _mark(found, v):
            break  # starts grow along the plan: every later place waits longer
        if i < n:
            off = to_p_s + seconds[at_p, loc[v, i + 1]] - seconds[loc[v, i], loc[v, i + 1]]
            if here + weights.ride * direct_s + weights.drive * off >= _mark(found, v):
                continue  # the pickup's detour alone is too long, wherever the drop goes
        # the vehicle's own plan behind the pickup, walked once while the drop moves back
        t = 0
        late_sum = 0
        before_s = to_p_s
        before_m = to_p_m
        for j in range(i, n + 1):
            if j == i:
                s_d = out_p + direct_s
                add_s, add_m = to_p_s + direct_s, to_p_m + direct_m
            else:
                if j == i + 1:
                    t = out_p + seconds[at_p, loc[v, j]]
                    before_s += np.int64(seconds[at_p, loc[v, j]]) - seconds[loc[v, i], loc[v, j]]
                    before_m += np.int64(metres[at_p, loc[v, j]]) - metres[loc[v, i], loc[v, j]]
                else:
                    t = t + dwell[v, j - 1] + seconds[loc[v, j - 1], loc[v, j]]
                t = max(t, board.early_s[v, j])
                if t > last[v, j]:
                    reason = max(reason, PROMISED)
                    break
                if not _room(board, ask, v, j):
                    reason = max(reason, FULL)
                    break
                if board.kind[v, j] == PICKUP or board.kind[v, j] == DROP:
                    late_sum += max(0, t - start[v, j])
                least_ride = weights.ride * max(direct_s, t - out_p)
                if here + least_ride + weights.drive * before_s + weights.delay * late_sum >= _mark(found, v):
                    break  # others wait longer and the rider rides longer at every later place of the drop
                s_d = t + dwell[v, j] + seconds[loc[v, j], at_d]
                add_s = before_s + seconds[loc[v, j], at_d]
                add_m = before_m + metres[loc[v, j], at_d]
            if s_d > late_d:
                reason = max(reason, TOO_LONG)
                break
            others = late_sum
            fits = True
            if j < n:
                add_s += np.int64(seconds[at_d, loc[v, j + 1]])
                add_m += np.int64(metres[at_d, loc[v, j + 1]])
                if j == i:
                    add_s -= seconds[loc[v, j], loc[v, j + 1]]
                    add_m -= metres[loc[v, j], loc[v, j + 1]]
                else:
                    add_s -= np.int64(seconds[loc[v, j], loc[v, j + 1]])
                    add_m -= np.int64(metres[loc[v, j], loc[v, j + 1]])
                u = s_d + ask.drop_dwell_s + seconds[at_d, loc[v, j + 1]]
                if u > last[v, j + 1]:
                    reason = max(reason, PROMISED)
                    continue
                for k in range(j + 1, n + 1):
                    u = max(u, board.early_s[v, k])
                    shift = u - start[v, k]
                    if shift <= 0:
                        break
                    if board.kind[v, k] == PICKUP or board.kind[v, k] == DROP:
                        others += shift
                    if k < n:
                        u += dwell[v, k] + seconds[loc[v, k], loc[v, k + 1]]
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
            ride = s_d - out_p
            drive = weights.drive * add_s + weights.metre * add_m
            cost = here + drive + weights.ride * ride + weights.delay * others
            mark = _mark(found, v)
            if board.simple[v] == 0 or ride > ride_s_max:
                # waiting on the way: the pickup may have to move; only then is the cost no bound from below
                least = fixed_cost + drive + weights.ride * direct_s
                if least >= mark:
                    continue
                fits = fits_exactly(
                    board, ground, trial, now_s, v, i, j,
                    (at_p, early_p, late_p, ask.pick_dwell_s), (at_d, late_d, ask.drop_dwell_s), ride_s_max,
                )  # fmt: skip
                if not fits:
                    reason = max(reason, TOO_LONG if board.simple[v] == 1 else PROMISED)
                    continue
                s_p_now, s_d_now = trial.start_s[i + 1], trial.start_s[j + 2]
                others = 0
                for k in range(1, n + 1):
                    if board.kind[v, k] == PICKUP or board.kind[v, k] == DROP:
                        moved = k + (1 if k > i else 0) + (1 if k > j else 0)
                        others += max(0, trial.start_s[moved] - start[v, k])
                cost = (
                    fixed_cost + weights.wait * (s_p_now - ask.ready_s) + drive
                    + weights.ride * (s_d_now - s_p_now - ask.pick_dwell_s) + weights.delay * others
                )  # fmt: skip
                if cost < mark:
                    _keep(found, cost, v, i, j, p, d, s_p_now, s_d_now, int(add_s), int(add_m))
            elif cost < mark:
                _keep(found, cost, v, i, j, p, d, s_p, s_d, int(add_s), int(add_m))
    return reason
