"""The cheapest place of one unit in a whole plan.

Windows are tested in O(1) by the earliest and latest starts of the route as it is; loads stop by stop; ride,
duration and energy limits exactly, but only where the place would be the cheapest so far.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.improve_layout import F64, TOLERANCE, PlanArrays, ProblemArrays, Workspace
from fleet.kernels.random_bits import next_bits
from fleet.kernels.ride_time import try_insertion

NOWHERE = np.inf


@njit(cache=True, nogil=True)
def best_place(
    problem: ProblemArrays, plan: PlanArrays, work: Workspace, u: int, blink: int
) -> tuple[float, int, int, int]:
    """(extra cost, vehicle, position before the pickup, position before the drop); cost inf if there is none.

    `blink` of 2**32 chances the better place is overlooked (a *blink* of Christiaens and Vanden Berghe),
    which keeps the greedy choice from being the same every time. For a rider on board the third item is the
    fourth.
    """
    hop, cost, early, late = problem.hop, problem.cost, problem.early, problem.late
    nodes, first, last, drive, load = plan.nodes, plan.first, plan.last, plan.drive, plan.load
    demand, capacity = problem.demand, problem.capacity
    p, d = problem.unit_pick[u], problem.unit_drop[u]
    early_d, late_d = early[d], late[d]
    ride_d = problem.ride[d]
    exact = problem.has_ride == 1 or problem.timed == 1
    kinds = capacity.shape[1]
    best = NOWHERE
    best_v, best_i, best_j = -1, -1, -1
    work.stamp[0] += 1
    stamp = work.stamp[0]
    only = problem.unit_vehicle[u]
    begin, finish = 0, nodes.shape[0]
    if only >= 0:
        begin, finish = only, only + 1
    for v in range(begin, finish):
        if plan.open[v] == 0:
            continue
        n = plan.size[v]
        extra = 0.0
        if n == 2:
            if work.seen_kind[problem.kind[v]] == stamp:
                continue
            work.seen_kind[problem.kind[v]] = stamp
            extra = problem.fixed[v]
        low = problem.frozen[v]
        if p < 0:
            for j in range(low, n - 1):
                # The rider counts as on board all the way while the drop is out of the plan.
                fits = True
                for c in range(kinds):
                    if load[v, j, c] > capacity[v, c]:
                        fits = False
                if not fits:
                    break
                a, b = nodes[v, j], nodes[v, j + 1]
                t = first[v, j] + hop[a, d]
                if t > late_d:
                    break
                if t < early_d:
                    t = early_d
                if t + hop[d, b] > last[v, j + 1]:
                    continue
                delta = extra + cost[a, d] + cost[d, b] - cost[a, b]
                if problem.timed == 0 and delta >= best:
                    continue
                if not _energy_fits(problem, plan, v, j, j, p, d):
                    continue
                if exact and not try_insertion(problem, plan, work, v, j, j, p, d):
                    continue
                if problem.timed == 1:
                    delta += _time_cost(problem, plan, work, v, n + 1)
                    if delta >= best:
                        continue
                if blink > 0 and next_bits(work.rng) < blink:
                    continue
                best, best_v, best_i, best_j = delta, v, j, j
            continue
        early_p, late_p = early[p], late[p]
        hop_pd = hop[p, d]
        further = work.further
        if _least_drops(problem, plan, v, d, further) == NOWHERE:
            continue
        for i in range(low, n - 1):
            a, b = nodes[v, i], nodes[v, i + 1]
            tp = first[v, i] + hop[a, p]
            if tp > late_p:
                break
            if tp < early_p:
                tp = early_p
            delta_p = cost[a, p] - cost[a, b] + extra
            delta_i = delta_p + cost[p, b]
            least = min(delta_p + cost[p, d] + cost[d, b], delta_i + further[i + 1])
            if problem.timed == 0 and least >= best:
                continue  # wherever the drop goes
            fits = True
            for c in range(kinds):
                if load[v, i, c] + demand[p, c] > capacity[v, c]:
                    fits = False
            if not fits:
                continue
            # the drop right behind the pickup
            td = tp + hop_pd
            if td < early_d:
                td = early_d
            if td <= late_d and td + hop[d, b] <= last[v, i + 1]:
                delta = delta_p + cost[p, d] + cost[d, b]
                if problem.timed == 1 or delta < best:
                    good = _energy_fits(problem, plan, v, i, i, p, d)
                    if good and exact:
                        good = try_insertion(problem, plan, work, v, i, i, p, d)
                        if good and problem.timed == 1:
                            delta += _time_cost(problem, plan, work, v, n + 2)
                    if good and delta < best and (blink == 0 or next_bits(work.rng) >= blink):
                        best, best_v, best_i, best_j = delta, v, i, i
            # the drop further on
            delta_p = delta_i
            if problem.timed == 0 and delta_p + further[i + 1] >= best:
                continue
            step = hop[p, b]
            t = tp + step
            if t < first[v, i + 1]:
                t = first[v, i + 1]
            if t > last[v, i + 1]:
                continue
            latest_p = min(late_p, last[v, i + 1] - step)
            base = step - drive[v, i + 1]
            for j in range(i + 1, n - 1):
                if problem.timed == 0 and delta_p + further[j] >= best:
                    break
                fits = True
                for c in range(kinds):
                    if load[v, j, c] + demand[p, c] > capacity[v, c]:
                        fits = False
                if not fits:
                    break
                a2, b2 = nodes[v, j], nodes[v, j + 1]
                leg = hop[a2, d]
                td = t + leg
                if td > late_d:
                    break
                if base + drive[v, j] + leg > ride_d + TOLERANCE:
                    break
                if td < early_d:
                    td = early_d
                if td - ride_d > latest_p + TOLERANCE:
                    break
                if td + hop[d, b2] <= last[v, j + 1]:
                    delta = delta_p + cost[a2, d] + cost[d, b2] - cost[a2, b2]
                    if problem.timed == 1 or delta < best:
                        good = _energy_fits(problem, plan, v, i, j, p, d)
                        if good and exact:
                            good = try_insertion(problem, plan, work, v, i, j, p, d)
                            if good and problem.timed == 1:
                                delta += _time_cost(problem, plan, work, v, n + 2)
                        if good and delta < best and (blink == 0 or next_bits(work.rng) >= blink):
                            best, best_v, best_i, best_j = delta, v, i, j
                t += hop[a2, b2]
                if t < first[v, j + 1]:
                    t = first[v, j + 1]
                if t > last[v, j + 1]:
                    break
    return best, best_v, best_i, best_j


@njit(cache=True, nogil=True)
def _least_drops(problem: ProblemArrays, plan: PlanArrays, v: int, d: int, further: F64) -> float:
    """Into `further` for each position of route `v`: the least detour over `d` in time, behind it or later.

    With it a pickup's place is dismissed by one comparison, and long routes cost little more than short ones.
    Returns the least of all.
    """
    hop, cost = problem.hop, problem.cost
    early_d, late_d = problem.early[d], problem.late[d]
    nodes, first, last = plan.nodes, plan.first, plan.last
    low, n = problem.frozen[v], plan.size[v]
    least = NOWHERE
    further[n - 1] = least
    b = nodes[v, n - 1]
    for k in range(n - 2, low - 1, -1):
        a = nodes[v, k]
        detour = cost[a, d] + cost[d, b] - cost[a, b]
        if detour < least:
            t = first[v, k] + hop[a, d] - TOLERANCE
            if t <= late_d and max(t, early_d) + hop[d, b] - TOLERANCE <= last[v, k + 1]:
                least = detour
        further[k] = least
        b = a
    return least


@njit(cache=True, nogil=True)
def _energy_fits(problem: ProblemArrays, plan: PlanArrays, v: int, i: int, j: int, p: int, d: int) -> bool:
    """Whether the route with `p` after position `i` and `d` after `j` stays within the vehicle's energy."""
    if problem.has_energy == 0:
        return True
    energy = problem.energy
    a, b = plan.nodes[v, i], plan.nodes[v, i + 1]
    spent = plan.route_energy[v]
    if p < 0:
        spent += energy[a, d] + energy[d, b] - energy[a, b]
    elif i == j:
        spent += energy[a, p] + energy[p, d] + energy[d, b] - energy[a, b]
    else:
        a2, b2 = plan.nodes[v, j], plan.nodes[v, j + 1]
        spent += energy[a, p] + energy[p, b] - energy[a, b]
        spent += energy[a2, d] + energy[d, b2] - energy[a2, b2]
    return bool(spent <= problem.energy_limit[v] + TOLERANCE)


@njit(cache=True, nogil=True)
def _time_cost(problem: ProblemArrays, plan: PlanArrays, work: Workspace, v: int, m: int) -> float:
    """Cost of time on the tried route of `m` positions less that on the route as it is."""
    total = 0.0
    for k in range(m):
        b = work.trial_nodes[k]
        total += problem.time_weight[b] * (work.trial_start[k] - problem.early[b])
    for k in range(plan.size[v]):
        b = plan.nodes[v, k]
        total -= problem.time_weight[b] * (plan.first[v, k] - problem.early[b])
    return total
