"""When each stop of a route is served, and whether a changed route keeps every limit.

Windows, ride limits and the limit on a route's duration are differences of starts, so the earliest starts are
the least fixed point of "as early as the stop before allows, and no earlier than each limit that ends later
demands". Each pass settles one more limit on the longest chain; a pass too many proves that there is none
(as in Bellman-Ford). With the triangle inequality the fixed points of the route before an insertion bound
those after it, so that they serve as the forward and the backward slack of the O(1) test.
"""

from __future__ import annotations

from numba import njit

from fleet.kernels.improve_layout import TOLERANCE, PlanArrays, ProblemArrays, Workspace

STEP = 1e-9


@njit(cache=True, nogil=True)
def refresh(problem: ProblemArrays, plan: PlanArrays, v: int) -> bool:
    """Set all that the plan knows of the route of vehicle `v` from its nodes; False if it breaks a limit."""
    hop, cost = problem.hop, problem.cost
    early, late = problem.early, problem.late
    nodes, first, last, drive = plan.nodes, plan.first, plan.last, plan.drive
    n = plan.size[v]
    kinds = problem.capacity.shape[1]
    ok = True
    a = nodes[v, 0]
    first[v, 0] = early[a]
    drive[v, 0] = 0.0
    total = 0.0
    units = 0
    for c in range(kinds):
        plan.load[v, 0, c] = problem.onboard[v, c]
    for k in range(1, n):
        b = nodes[v, k]
        total += cost[a, b]
        step = hop[a, b]
        drive[v, k] = drive[v, k - 1] + step
        t = first[v, k - 1] + step
        if t < early[b]:
            t = early[b]
        first[v, k] = t
        if t > late[b]:
            ok = False
        for c in range(kinds):
            load = plan.load[v, k - 1, c] + problem.demand[b, c]
            plan.load[v, k, c] = load
            if load > problem.capacity[v, c]:
                ok = False
        if k < n - 1:
            plan.vehicle_of[b] = v
            plan.place_of[b] = k
            u = problem.unit_of[b]
            if u >= 0 and problem.unit_drop[u] == b:
                units += 1
        a = b
    plan.units[v] = units
    last[v, n - 1] = late[a]
    for k in range(n - 2, -1, -1):
        b = nodes[v, k]
        t = last[v, k + 1] - hop[b, a]
        if t > late[b]:
            t = late[b]
        last[v, k] = t
        a = b
    if problem.has_ride == 1 and n > 2:
        if not _settle_first(problem, plan, v):
            ok = False
        if ok and not _settle_last(problem, plan, v):
            ok = False
    if n > 2:
        total += problem.fixed[v]
    if problem.timed == 1:
        for k in range(n):
            b = nodes[v, k]
            total += problem.time_weight[b] * (first[v, k] - early[b])
    plan.route_cost[v] = total
    if problem.has_energy == 1:
        spent = 0.0
        for k in range(1, n):
            spent += problem.energy[nodes[v, k - 1], nodes[v, k]]
        plan.route_energy[v] = spent
        if spent > problem.energy_limit[v] + TOLERANCE:
            ok = False
    return ok


@njit(cache=True, nogil=True)
def _settle_first(problem: ProblemArrays, plan: PlanArrays, v: int) -> bool:
    """Raise `first` to the least fixed point under ride and duration limits; False if there is none."""
    nodes, first, hop = plan.nodes, plan.first, problem.hop
    n = plan.size[v]
    for _ in range(n + 1):
        lowest = n
        for k in range(1, n - 1):
            d = nodes[v, k]
            p = problem.partner[d]
            if p >= 0:
                kp = plan.place_of[p]
                need = first[v, k] - problem.ride[d]
                if need > first[v, kp] + STEP:
                    first[v, kp] = need
                    if kp < lowest:
                        lowest = kp
        need = first[v, n - 1] - problem.duration[v]
        if need > first[v, 0] + STEP:
            first[v, 0] = need
            lowest = 0
        if lowest == n:
            return True
        for k in range(lowest, n):
            b = nodes[v, k]
            if k > 0:
                t = first[v, k - 1] + hop[nodes[v, k - 1], b]
                if t > first[v, k]:
                    first[v, k] = t
            if first[v, k] > problem.late[b]:
                return False
    return False


@njit(cache=True, nogil=True)
def _settle_last(problem: ProblemArrays, plan: PlanArrays, v: int) -> bool:
    """Lower `last` to the greatest fixed point under ride and duration limits; False if there is none."""
    nodes, last, hop = plan.nodes, plan.last, problem.hop
    n = plan.size[v]
    for _ in range(n + 1):
        highest = -1
        for k in range(1, n - 1):
            d = nodes[v, k]
            p = problem.partner[d]
            if p >= 0:
                most = last[v, plan.place_of[p]] + problem.ride[d]
                if most < last[v, k] - STEP:
                    last[v, k] = most
                    highest = max(highest, k)
        most = last[v, 0] + problem.duration[v]
        if most < last[v, n - 1] - STEP:
            last[v, n - 1] = most
            highest = n - 1
        if highest < 0:
            return True
        for k in range(highest, -1, -1):
            b = nodes[v, k]
            if k < n - 1:
                t = last[v, k + 1] - hop[b, nodes[v, k + 1]]
                if t < last[v, k]:
                    last[v, k] = t
            if last[v, k] < problem.early[b] - STEP:
                return False
    return False


@njit(cache=True, nogil=True)
def try_insertion(
    problem: ProblemArrays, plan: PlanArrays, work: Workspace, v: int, i: int, j: int, p: int, d: int
) -> bool:
    """Whether route `v` keeps every time limit with `p` after position `i` and `d` after position `j`.

    `p` below 0 stands for a rider on board: only `d` is inserted. Leaves the earliest starts of the changed
    route in `work.trial_start` and its nodes in `work.trial_nodes`.
    """
    hop, early = problem.hop, problem.early
    trial, start = work.trial_nodes, work.trial_start
    n = plan.size[v]
    m = 0
    at_p = -1
    shift_from = i if p >= 0 else j
    for k in range(n):
        trial[m] = plan.nodes[v, k]
        start[m] = plan.first[v, k]
        m += 1
        if p >= 0 and k == i:
            at_p = m
            trial[m] = p
            start[m] = early[p]
            m += 1
        if k == j:
            trial[m] = d
            start[m] = early[d]
            m += 1
    behind = 1 if p >= 0 else 0
    at_d = j + 1 + behind
    lowest = shift_from + 1
    opening = True
    for _ in range(m + 1):
        for k in range(lowest, m):
            b = trial[k]
            if k > 0:
                t = start[k - 1] + hop[trial[k - 1], b]
                if t > start[k]:
                    start[k] = t
                elif opening and k > at_d:
                    break  # the rest of the route starts as it did before
            if start[k] > problem.late[b]:
                return False
        opening = False
        lowest = m
        for k in range(shift_from + 1, m - 1):
            b = trial[k]
            q = problem.partner[b]
            if q >= 0:
                if q == p:
                    kp = at_p
                else:
                    kp = plan.place_of[q]
                    moved = 1 if kp > j else 0
                    if kp > i:
                        moved += behind
                    kp += moved
                need = start[k] - problem.ride[b]
                if need > start[kp] + STEP:
                    start[kp] = need
                    if kp < lowest:
                        lowest = kp
        need = start[m - 1] - problem.duration[v]
        if need > start[0] + STEP:
            start[0] = need
            lowest = 0
        if lowest == m:
            return True
        if start[lowest] > problem.late[trial[lowest]]:
            return False
        shift_from = min(shift_from, lowest - 1)
    return False
