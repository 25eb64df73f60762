"""The cheapest place of one unit in a whole plan.

Windows are tested in O(1) by the earliest and latest starts of the route as it is; loads stop by stop; ride,
duration and energy limits exactly, but only where the place would be the cheapest so far.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fleet.kernels.improve_layout import TOLERANCE, PlanArrays, ProblemArrays, Workspace
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
    fourth. The vehicle and the pickup that promise most are tried first, so that most others need no trial.
    It is one long loop, since handing the arrays to a function costs more than it takes to judge a route.
    """
    only = problem.unit_vehicle[u]
    begin, finish = 0, plan.nodes.shape[0]
    if only >= 0:
        begin, finish = only, only + 1
    best = NOWHERE
    best_v, best_i, best_j = -1, -1, -1
    if problem.unit_pick[u] < 0:
        for v in range(begin, finish):
            if plan.open[v] == 1:
                delta, j = _place_of_drop(problem, plan, work, u, v, best, blink)
                if j >= 0:
                    best, best_v, best_i, best_j = delta, v, j, j
        return best, best_v, best_i, best_j
    hop, cost, demand, capacity = problem.hop, problem.cost, problem.demand, problem.capacity
    nodes, size, first, last = plan.nodes, plan.size, plan.first, plan.last
    drive, load = plan.drive, plan.load
    p, d = problem.unit_pick[u], problem.unit_drop[u]
    early_p, late_p = problem.early[p], problem.late[p]
    early_d, late_d, ride_d = problem.early[d], problem.late[d], problem.ride[d]
    further, promise, promise_of = work.further, work.promise, work.promise_of
    timed, kinds = problem.timed == 1, capacity.shape[1]
    exact, has_energy = problem.has_ride == 1 or problem.timed == 1, problem.has_energy == 1
    work.stamp[0] += 1
    most = begin
    for v in range(begin, finish):
        promise_of[v] = NOWHERE
        if plan.open[v] == 0:
            continue
        n, low = size[v], problem.frozen[v]
        extra = 0.0
        if n == 2:
            if work.seen_kind[problem.kind[v]] == work.stamp[0]:
                continue
            work.seen_kind[problem.kind[v]] = work.stamp[0]
            extra = problem.fixed[v]
        # the least detour of the drop, in time, behind each position or later
        least = NOWHERE
        further[v, n - 1] = least
        b = nodes[v, n - 1]
        for k in range(n - 2, low - 1, -1):
            a = nodes[v, k]
            detour = cost[a, d] + cost[d, b] - cost[a, b]
            if detour < least:
                t = first[v, k] + hop[a, d] - TOLERANCE
                if t <= late_d and max(t, early_d) + hop[d, b] - TOLERANCE <= last[v, k + 1]:
                    least = detour
            further[v, k] = least
            b = a
        if least == NOWHERE:
            continue
        # what a pickup behind each position comes to at least
        end = n - 1
        lowest, at = NOWHERE, low
        for i in range(low, n - 1):
            a, b = nodes[v, i], nodes[v, i + 1]
            if first[v, i] + hop[a, p] > late_p:
                end = i
                break
            delta = cost[a, p] - cost[a, b] + extra
            least = min(delta + cost[p, d] + cost[d, b], delta + cost[p, b] + further[v, i + 1])
            if timed:
                least = -NOWHERE
            for c in range(kinds):
                if load[v, i, c] + demand[p, c] > capacity[v, c]:
                    least = NOWHERE
            promise[v, i] = least
            if least < lowest:
                lowest, at = least, i
        promise_of[v], work.promise_at[v], work.promise_end[v] = lowest, at, end
        if lowest < promise_of[most]:
            most = v
    for rank in range(begin - 1, finish):
        v = most if rank < begin else rank
        if rank == most or promise_of[v] >= best:
            continue
        n, low, likely = size[v], problem.frozen[v], work.promise_at[v]
        extra = problem.fixed[v] if n == 2 else 0.0
        for turn in range(low - 1, work.promise_end[v]):
            i = likely if turn < low else turn
            if turn == likely or promise[v, i] >= best:
                continue
            a, b = nodes[v, i], nodes[v, i + 1]
            tp = max(first[v, i] + hop[a, p], early_p)
            delta_p = cost[a, p] - cost[a, b] + extra
            # the drop right behind the pickup
            td = max(tp + hop[p, d], early_d)
            if td <= late_d and td + hop[d, b] <= last[v, i + 1]:
                delta = delta_p + cost[p, d] + cost[d, b]
                if timed or delta < best:
                    if has_energy and not _energy_fits(problem, plan, v, i, i, p, d):
                        delta = NOWHERE
                    elif exact and not try_insertion(problem, plan, work, v, i, i, p, d):
                        delta = NOWHERE
                    elif timed:
                        delta += _time_cost(problem, plan, work, v, n + 2)
                    if delta < best and (blink == 0 or next_bits(work.rng) >= blink):
                        best, best_v, best_i, best_j = delta, v, i, i
            # the drop further on
            delta_p += cost[p, b]
            step = hop[p, b]
            t = max(tp + step, first[v, i + 1])
            if t > last[v, i + 1]:
                continue
            latest_p = min(late_p, last[v, i + 1] - step)
            base = step - drive[v, i + 1]
            for j in range(i + 1, n - 1):
                if not timed and delta_p + further[v, j] >= best:
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
                if td > late_d or base + drive[v, j] + leg > ride_d + TOLERANCE:
                    break
                td = max(td, early_d)
                if td - ride_d > latest_p + TOLERANCE:
                    break
                if td + hop[d, b2] <= last[v, j + 1]:
                    delta = delta_p + cost[a2, d] + cost[d, b2] - cost[a2, b2]
                    if timed or delta < best:
                        if has_energy and not _energy_fits(problem, plan, v, i, j, p, d):
                            delta = NOWHERE
                        elif exact and not try_insertion(problem, plan, work, v, i, j, p, d):
                            delta = NOWHERE
                        elif timed:
                            delta += _time_cost(problem, plan, work, v, n + 2)
                        if delta < best and (blink == 0 or next_bits(work.rng) >= blink):
                            best, best_v, best_i, best_j = delta, v, i, j
                t = max(t + hop[a2, b2], first[v, j + 1])
                if t > last[v, j + 1]:
                    break
    return best, best_v, best_i, best_j


@njit(cache=True, nogil=True)
def _place_of_drop(
    problem: ProblemArrays, plan: PlanArrays, work: Workspace, u: int, v: int, best: float, blink: int
) -> tuple[float, int]:
    """(extra cost, position before the drop) of a rider on board of `v`, -1 if none is below `best`."""
    hop, cost, d = problem.hop, problem.cost, problem.unit_drop[u]
    nodes, first, last = plan.nodes, plan.first, plan.last
    early_d, late_d = problem.early[d], problem.late[d]
    capacity, kinds = problem.capacity, problem.capacity.shape[1]
    exact = problem.has_ride == 1 or problem.timed == 1
    at = -1
    for j in range(problem.frozen[v], plan.size[v] - 1):
        # The rider counts as on board all the way while the drop is out of the plan.
        fits = True
        for c in range(kinds):
            if plan.load[v, j, c] > capacity[v, c]:
                fits = False
        if not fits:
            break
        a, b = nodes[v, j], nodes[v, j + 1]
        t = first[v, j] + hop[a, d]
        if t > late_d:
            break
        if max(t, early_d) + hop[d, b] > last[v, j + 1]:
            continue
        delta = cost[a, d] + cost[d, b] - cost[a, b]
        if problem.timed == 0 and delta >= best:
            continue
        if not _energy_fits(problem, plan, v, j, j, -1, d):
            continue
        if exact and not try_insertion(problem, plan, work, v, j, j, -1, d):
            continue
        if problem.timed == 1:
            delta += _time_cost(problem, plan, work, v, plan.size[v] + 1)
            if delta >= best:
                continue
        if blink == 0 or next_bits(work.rng) >= blink:
            best, at = delta, j
    return best, at


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
