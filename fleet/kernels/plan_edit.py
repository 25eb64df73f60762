"""Changes to a plan: put a unit in, take marked units out, copy routes between plans."""

from __future__ import annotations

from numba import njit

from fleet.kernels.improve_layout import ABSENT, PlanArrays, ProblemArrays, Workspace, wide
from fleet.kernels.ride_time import refresh


@njit(cache=True, nogil=True)
def put_in(problem: ProblemArrays, plan: PlanArrays, u: int, v: int, i: int, j: int) -> bool:
    """Insert unit `u` with its pickup after position `i`, its drop after position `j` of route `v`."""
    nodes = plan.nodes
    p, d = problem.unit_pick[u], problem.unit_drop[u]
    n = plan.size[v]
    if p < 0:
        for k in range(n - 1, j, -1):
            nodes[v, k + 1] = nodes[v, k]
        nodes[v, j + 1] = d
        plan.size[v] = n + 1
    else:
        for k in range(n - 1, j, -1):
            nodes[v, k + 2] = nodes[v, k]
        nodes[v, j + 2] = d
        for k in range(j, i, -1):
            nodes[v, k + 1] = nodes[v, k]
        nodes[v, i + 1] = p
        plan.size[v] = n + 2
    return refresh(problem, plan, v)


@njit(cache=True, nogil=True)
def take_out_marked(problem: ProblemArrays, plan: PlanArrays, work: Workspace, v: int) -> bool:
    """Remove from route `v` every unit that is marked, unmark it and list it as absent."""
    nodes = plan.nodes
    n = plan.size[v]
    m = 1
    for k in range(1, n):
        b = nodes[v, k]
        u = problem.unit_of[b]
        if k < n - 1 and u >= 0 and work.marked[u] == 1:
            plan.vehicle_of[b] = ABSENT
            if problem.unit_drop[u] == b:
                plan.absent[plan.tally[0]] = u
                plan.tally[0] += 1
        else:
            nodes[v, m] = b
            m += 1
    for rank in range(plan.tally[0] - 1, -1, -1):
        u = plan.absent[rank]
        if work.marked[u] == 0:
            break
        work.marked[u] = 0
    plan.size[v] = m
    return refresh(problem, plan, v)


@njit(cache=True, nogil=True)
def copy_route(source: PlanArrays, target: PlanArrays, v: int) -> None:
    """Copy route `v` with all that is known of it; where its nodes are is left to the caller."""
    n = source.size[v]
    target.size[v] = n
    target.units[v] = source.units[v]
    target.route_cost[v] = source.route_cost[v]
    target.route_energy[v] = source.route_energy[v]
    target.open[v] = source.open[v]
    for k in range(n):
        target.nodes[v, k] = source.nodes[v, k]
        target.first[v, k] = source.first[v, k]
        target.last[v, k] = source.last[v, k]
        target.drive[v, k] = source.drive[v, k]
        for c in range(source.load.shape[2]):
            target.load[v, k, c] = source.load[v, k, c]


@njit(cache=True, nogil=True)
def place_nodes(plan: PlanArrays, v: int) -> None:
    """Set where each stop of route `v` is."""
    for k in range(1, plan.size[v] - 1):
        b = plan.nodes[v, k]
        plan.vehicle_of[b] = v
        plan.place_of[b] = k


@njit(cache=True, nogil=True)
def copy_plan(source: PlanArrays, target: PlanArrays) -> None:
    """Make `target` the same plan as `source`."""
    for v in range(source.size.shape[0]):
        copy_route(source, target, v)
    target.vehicle_of[:] = source.vehicle_of
    target.place_of[:] = source.place_of
    target.absent[:] = source.absent
    target.tally[0] = source.tally[0]


@njit(cache=True, nogil=True)
def touch(work: Workspace, v: int) -> None:
    """Note that route `v` changes in this round."""
    if work.touched_at[v] != work.stamp[1]:
        work.touched_at[v] = work.stamp[1]
        work.touched[work.touched_count[0]] = v
        work.touched_count[0] += 1


@njit(cache=True, nogil=True)
def pass_on(problem: ProblemArrays, source: PlanArrays, target: PlanArrays, work: Workspace) -> None:
    """Make `target` the same plan as `source`.

    From which it differs only in the routes touched this round.
    """
    for rank in range(work.touched_count[0]):
        copy_route(source, target, wide(work.touched[rank]))
    for rank in range(work.touched_count[0]):
        place_nodes(target, work.touched[rank])
    for rank in range(source.tally[0]):
        u = source.absent[rank]
        target.absent[rank] = u
        target.vehicle_of[problem.unit_drop[u]] = ABSENT
        if problem.unit_pick[u] >= 0:
            target.vehicle_of[problem.unit_pick[u]] = ABSENT
    target.tally[0] = source.tally[0]
