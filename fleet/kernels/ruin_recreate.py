"""Ruin and recreate: take related units out of a plan, put them back greedily, keep what is good enough.

After Christiaens and Vanden Berghe, Slack Induction by String Removals (Transportation Science 54, 2020),
with pickups and drops as units; removal of related units after Shaw (1998).
"""

from __future__ import annotations

import math

from numba import njit

from fleet.kernels.best_place import best_place
from fleet.kernels.improve_layout import F64, PlanArrays, PoolArrays, ProblemArrays, Workspace, wide
from fleet.kernels.plan_edit import copy_plan, pass_on, put_in, take_out_marked, touch
from fleet.kernels.random_bits import below, fraction
from fleet.kernels.route_pool import keep_route

BLINK = wide(42949673)  # of 2**32: one hundredth


@njit(cache=True, nogil=True)
def ruin(problem: ProblemArrays, plan: PlanArrays, work: Workspace, knobs: F64) -> None:
    """Take some related units out; they are listed as absent, their routes as touched.

    `knobs`: 0 mean units taken out, 1 longest string, 2 share of rounds that take out related units singly.
    """
    units = problem.unit_drop.shape[0]
    way = fraction(work.rng)
    seed = below(work.rng, units)
    if plan.tally[0] > 0 and fraction(work.rng) < 0.5:
        seed = plan.absent[below(work.rng, plan.tally[0])]
    if way < knobs[2]:
        _mark_related(problem, plan, work, seed, 1 + below(work.rng, int(2.0 * knobs[0])))
    else:
        _mark_strings(problem, plan, work, seed, knobs)
    for rank in range(work.touched_count[0]):
        take_out_marked(problem, plan, work, wide(work.touched[rank]))


@njit(cache=True, nogil=True)
def _mark_related(problem: ProblemArrays, plan: PlanArrays, work: Workspace, seed: int, count: int) -> None:
    """Mark `count` units near `seed`, nearer ones more often."""
    near = problem.near
    reach = near.shape[1]
    taken = 0
    for _ in range(4 * count):
        x = fraction(work.rng)
        rank = int(x * x * min(reach, 3 * count + 2))
        u = near[seed, rank]
        v = wide(plan.vehicle_of[problem.unit_drop[u]])
        if v >= 0 and work.marked[u] == 0:
            work.marked[u] = 1
            touch(work, v)
            taken += 1
            if taken >= count:
                break


@njit(cache=True, nogil=True)
def _mark_strings(problem: ProblemArrays, plan: PlanArrays, work: Workspace, seed: int, knobs: F64) -> None:
    """Mark the units of a string of stops on each of several routes that pass near `seed`."""
    near = problem.near
    routes = 0
    served = 0
    for v in range(plan.size.shape[0]):
        if plan.units[v] > 0:
            routes += 1
            served += plan.units[v]
    if routes == 0:
        return
    longest = min(knobs[1], served / routes)
    most = 4.0 * knobs[0] / (1.0 + longest) - 1.0
    if most < 1.0:
        most = 1.0
    strings = int(fraction(work.rng) * most + 1.0)
    done = 0
    for rank in range(near.shape[1]):
        u = near[seed, rank]
        v = wide(plan.vehicle_of[problem.unit_drop[u]])
        if v < 0 or work.touched_at[v] == work.stamp[1]:
            continue
        limit = min(longest, plan.units[v] * 1.0)
        _mark_string(problem, plan, work, v, u, int(fraction(work.rng) * limit + 1.0))
        touch(work, v)
        done += 1
        if done >= strings:
            break


@njit(cache=True, nogil=True)
def _mark_string(
    problem: ProblemArrays, plan: PlanArrays, work: Workspace, v: int, u: int, count: int
) -> None:
    """Mark `count` units with a stop in one string of route `v` about unit `u`.

    In half the rounds with gaps.
    """
    n = plan.size[v]
    node = problem.unit_drop[u]
    if problem.unit_pick[u] >= 0 and below(work.rng, 2) == 0:
        node = problem.unit_pick[u]
    left = plan.place_of[node]
    right = left
    work.marked[u] = 1
    taken = 1
    gap = 0.0 if below(work.rng, 2) == 0 else 0.35
    while taken < count:
        go_left = left > 1
        go_right = right < n - 2
        if not go_left and not go_right:
            break
        if go_left and go_right:
            go_left = below(work.rng, 2) == 0
        if go_left:
            left -= 1
            b = plan.nodes[v, left]
        else:
            right += 1
            b = plan.nodes[v, right]
        other = problem.unit_of[b]
        if other >= 0 and work.marked[other] == 0 and fraction(work.rng) >= gap:
            work.marked[other] = 1
            taken += 1


@njit(cache=True, nogil=True)
def _order_absent(problem: ProblemArrays, plan: PlanArrays, work: Workspace) -> None:
    """Sort the absent units by a key drawn by lot: chance, load, ride, distance, windows, misses."""
    count = plan.tally[0]
    way = below(work.rng, 16)
    for rank in range(count):
        u = plan.absent[rank]
        p, d = problem.unit_pick[u], problem.unit_drop[u]
        if p < 0:
            p = d
        if way < 5:
            key = fraction(work.rng)
        elif way < 7:
            key = -abs(problem.demand[d, 0]) + 0.001 * fraction(work.rng)
        elif way < 9:
            key = -problem.cost[p, d]
        elif way == 9:
            key = problem.cost[p, d]
        elif way < 12:
            key = problem.late[p] - problem.early[p] + problem.late[d] - problem.early[d]
        elif way == 12:
            key = problem.early[p]
        elif way == 13:
            key = -problem.late[d]
        else:
            s = problem.start[0]
            key = -(problem.cost[s, p] + problem.cost[s, d])
        work.key[u] = key
    for rank in range(1, count):
        u = plan.absent[rank]
        key = work.key[u]
        at = rank
        while at > 0 and work.key[plan.absent[at - 1]] > key:
            plan.absent[at] = plan.absent[at - 1]
            at -= 1
        plan.absent[at] = u


@njit(cache=True, nogil=True)
def recreate(
    problem: ProblemArrays, plan: PlanArrays, work: Workspace, blink: int, miss_limit: int, price: float
) -> float:
    """Put absent units back, each at its cheapest place; returns what those that stay out cost.

    That is their penalty, but at most their weight of `price` each. Gives up once more than `miss_limit`
    found no place.
    """
    _order_absent(problem, plan, work)
    count = plan.tally[0]
    kept = 0
    penalty = 0.0
    for rank in range(count):
        u = plan.absent[rank]
        v = -1
        if kept <= miss_limit:
            _, v, i, j = best_place(problem, plan, work, u, blink)
        if v < 0:
            plan.absent[kept] = u
            kept += 1
            penalty += min(price * work.weight[u], problem.unit_penalty[u])
            if kept > miss_limit:
                break
        else:
            touch(work, v)
            put_in(problem, plan, u, v, i, j)
    if kept > miss_limit:
        return math.inf
    plan.tally[0] = kept
    return penalty


@njit(cache=True, nogil=True)
def total_cost(problem: ProblemArrays, plan: PlanArrays, work: Workspace, price: float) -> float:
    """Cost of all routes and of all units left out, at most their weight of `price` for each of these."""
    total = 0.0
    for v in range(plan.size.shape[0]):
        total += plan.route_cost[v]
    for rank in range(plan.tally[0]):
        u = plan.absent[rank]
        total += min(price * work.weight[u], problem.unit_penalty[u])
    return total


@njit(cache=True, nogil=True)
def anneal(
    problem: ProblemArrays,
    current: PlanArrays,
    trial: PlanArrays,
    best: PlanArrays,
    work: Workspace,
    pool: PoolArrays,
    knobs: F64,
    rounds: int,
    heat: float,
    best_cost: float,
    keep_within: float,
    price: float,
    spare: int,
) -> float:
    """Ruin and recreate for `rounds` rounds, each accepted if not dearer than chance at `heat` allows.

    On the way a unit may be left out for `price` (if its own penalty is dearer), up to `spare` more in a
    round; the best plan pays in full.

    `current` and `trial` must be the same plan and are again when it returns. Writes every new best plan
    into `best` and returns its cost. Changed routes of accepted plans that cost at most `keep_within` times
    the best go into `pool`.
    """
    cost = total_cost(problem, current, work, price)
    for _ in range(rounds):
        work.stamp[1] += 1
        work.touched_count[0] = 0
        work.counts[0] += 1
        ruin(problem, trial, work, knobs)
        penalty = recreate(problem, trial, work, BLINK, current.tally[0] + spare, price)
        accepted = False
        if penalty == math.inf:
            work.counts[1] += 1
        else:
            new_cost = total_cost(problem, trial, work, price)
            accepted = new_cost < cost - heat * math.log(fraction(work.rng))
        if accepted:
            pass_on(problem, trial, current, work)
            cost = new_cost
            work.counts[2] += 1
            if current.tally[0] > best.tally[0]:
                work.counts[4] += 1
                continue
            full = cost if current.tally[0] == 0 else total_cost(problem, current, work, math.inf)
            if full <= best_cost * keep_within:
                for rank in range(work.touched_count[0]):
                    keep_route(problem, current, pool, work.touched[rank])
            if full < best_cost - 1e-7:
                best_cost = full
                work.counts[3] += 1
                copy_plan(current, best)
        else:
            pass_on(problem, current, trial, work)
    return best_cost


@njit(cache=True, nogil=True)
def shrink(
    problem: ProblemArrays,
    current: PlanArrays,
    trial: PlanArrays,
    work: Workspace,
    knobs: F64,
    rounds: int,
    heat: float,
) -> int:
    """Search for places for the absent units; returns the rounds used, at most `rounds`.

    A plan is accepted if its absent units were missed less often so far (the sum of their counters), or
    equally often and the routes are cheaper or not much dearer. `current` and `trial` must be the same plan
    and are again when it returns. Stops as soon as nobody is absent.
    """
    missed = work.missed
    routes_cost = 0.0
    for v in range(current.size.shape[0]):
        routes_cost += current.route_cost[v]
    for used in range(rounds):
        if current.tally[0] == 0:
            return used
        work.stamp[1] += 1
        work.touched_count[0] = 0
        ruin(problem, trial, work, knobs)
        recreate(problem, trial, work, BLINK, trial.tally[0] + 1, math.inf)
        now = 0.0
        for rank in range(current.tally[0]):
            now += missed[current.absent[rank]]
        then = 0.0
        for rank in range(trial.tally[0]):
            then += missed[trial.absent[rank]]
        new_cost = 0.0
        for v in range(trial.size.shape[0]):
            new_cost += trial.route_cost[v]
        accepted = trial.tally[0] == 0 or then < now
        if not accepted and then == now:
            accepted = new_cost < routes_cost - heat * math.log(fraction(work.rng))
        for rank in range(trial.tally[0]):
            missed[trial.absent[rank]] += 1.0
        if accepted:
            pass_on(problem, trial, current, work)
            routes_cost = new_cost
        else:
            pass_on(problem, current, trial, work)
    return rounds
