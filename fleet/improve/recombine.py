"""Between the pool of routes that the kernels fill and the set covering that chooses among them."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from fleet.improve.budget import Budget
from fleet.improve.set_cover import Ints, RoutePool, choose
from fleet.improve.state import SearchState
from fleet.kernels.improve_layout import ABSENT
from fleet.kernels.plan_edit import copy_plan
from fleet.kernels.ride_time import refresh
from fleet.kernels.route_pool import find_route, forget, keep_route


def recombine(state: SearchState, budget: Budget) -> bool:
    """Put the best plan together anew from all routes met; whether that made it cheaper."""
    if state.pool.used[2] > 0:
        forget(state.pool)
    used = np.flatnonzero(state.best.size > 2)
    for v in used:
        keep_route(state.arrays, state.best, state.pool, int(v))
    at_hand = np.array([find_route(state.arrays, state.best, state.pool, int(v)) for v in used], np.int64)
    if len(used) == 0 or (at_hand < 0).any():
        return False
    deadline = budget.deadline(state.settings.recombine_share)
    choice = choose(_route_pool(state), at_hand, deadline, budget.clock)
    return choice is not None and _install(state, choice)


def _route_pool(state: SearchState) -> RoutePool:
    arrays, pool, best = state.arrays, state.pool, state.best
    entries, stops = int(pool.used[0]), int(pool.used[1])
    units, kinds = state.unit_count, int(arrays.kind.max()) + 1
    row_of = np.full(arrays.unit_of.shape[0], ABSENT, np.int64)
    row_of[arrays.unit_drop] = np.arange(units)
    # Offsets follow each other, so the stops of all entries in turn are the stops as they lie.
    rows = row_of[pool.stops[:stops]]
    owners = np.repeat(np.arange(entries), pool.length[:entries])[rows >= 0]
    kind_rows = units + arrays.kind[pool.vehicle[:entries]]
    row = np.concatenate([rows[rows >= 0], kind_rows])
    column = np.concatenate([owners, np.arange(entries)])
    covers = sparse.csc_matrix((np.ones(len(row)), (row, column)), shape=(units + kinds, entries))
    served = (best.vehicle_of[arrays.unit_drop] >= 0).astype(np.float64)
    least, most = np.zeros(kinds), np.zeros(kinds)
    np.add.at(most, arrays.kind, best.open.astype(np.float64))
    np.maximum.at(least, arrays.kind, (arrays.frozen > 0).astype(np.float64))
    cost = pool.cost[:entries].copy()
    if state.problem.vehicles_first:
        cost -= arrays.fixed[pool.vehicle[:entries]]
    return RoutePool(
        covers, cost, np.concatenate([served, least]), np.concatenate([np.full(units, np.inf), most])
    )


def _install(state: SearchState, entries: Ints) -> bool:
    """Write the chosen routes as the tried plan; take it if it is feasible and cheaper."""
    arrays, pool, trial, best = state.arrays, state.pool, state.trial, state.best
    copy_plan(best, trial)
    free: dict[int, list[int]] = {}
    for v in range(len(state.problem.vehicles) - 1, -1, -1):
        if trial.open[v]:
            free.setdefault(int(arrays.kind[v]), []).append(v)
        trial.nodes[v, 1] = arrays.end[v]
        trial.size[v] = 2
        refresh(arrays, trial, v)
    trial.vehicle_of[:] = ABSENT
    taken: set[int] = set()
    feasible = True
    for entry in sorted((int(e) for e in entries), key=lambda e: -int(pool.length[e])):
        v = free[int(arrays.kind[pool.vehicle[entry]])].pop()
        offset = int(pool.offset[entry])
        stops = [int(x) for x in pool.stops[offset : offset + pool.length[entry]]]
        units = {int(arrays.unit_of[x]) for x in stops}
        row = [
            int(arrays.start[v]),
            *(x for x in stops if int(arrays.unit_of[x]) not in taken),
            int(arrays.end[v]),
        ]
        taken |= units - {ABSENT}
        trial.nodes[v, : len(row)] = row
        trial.size[v] = len(row)
        feasible = refresh(arrays, trial, v) and feasible
    out = [u for u in range(state.unit_count) if u not in taken]
    trial.absent[: len(out)] = out
    trial.tally[0] = len(out)
    better = feasible and state.take_trial_if_better()
    if better and state.problem.vehicles_first:
        state.close_empty(state.best)
    state.stand_at_best()
    return better
