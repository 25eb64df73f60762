"""The routes that a search has met, for recombination: one for each set of units, the cheapest."""

from __future__ import annotations

from numba import njit

from fleet.kernels.improve_layout import PlanArrays, PoolArrays, ProblemArrays


@njit(cache=True, nogil=True)
def _slot_of(problem: ProblemArrays, plan: PlanArrays, pool: PoolArrays, v: int) -> tuple[int, int]:
    """(key, slot) of route `v`: the slot that holds it, or the empty one where it belongs."""
    key = pool.kind_bits[problem.kind[v]]
    for k in range(1, plan.size[v] - 1):
        key ^= pool.zobrist[plan.nodes[v, k]]
    slots = pool.table.shape[0]
    slot = key & (slots - 1)
    while pool.table[slot] >= 0 and pool.keys[pool.table[slot]] != key:
        slot = (slot + 1) & (slots - 1)
    return key, slot


@njit(cache=True, nogil=True)
def find_route(problem: ProblemArrays, plan: PlanArrays, pool: PoolArrays, v: int) -> int:
    """The entry that serves the same units as route `v` with the same class of vehicle, or -1."""
    return int(pool.table[_slot_of(problem, plan, pool, v)[1]])


@njit(cache=True, nogil=True)
def keep_route(problem: ProblemArrays, plan: PlanArrays, pool: PoolArrays, v: int) -> None:
    """Remember route `v` if it is new or cheaper than the one that serves the same units."""
    n = plan.size[v] - 2
    if n <= 0:
        return
    key, slot = _slot_of(problem, plan, pool, v)
    entry = pool.table[slot]
    if entry >= 0:
        if plan.route_cost[v] < pool.cost[entry] - 1e-9:
            _write(plan, pool, v, entry, n)
        return
    entry = pool.used[0]
    if entry >= pool.keys.shape[0] or pool.used[1] + n > pool.stops.shape[0]:
        pool.used[2] += 1
        return
    pool.table[slot] = entry
    pool.keys[entry] = key
    pool.offset[entry] = pool.used[1]
    pool.length[entry] = n
    pool.used[0] += 1
    pool.used[1] += n
    _write(plan, pool, v, entry, n)


@njit(cache=True, nogil=True)
def forget(pool: PoolArrays) -> None:
    """Empty the pool."""
    pool.table[:] = -1
    pool.used[:] = 0


@njit(cache=True, nogil=True)
def _write(plan: PlanArrays, pool: PoolArrays, v: int, entry: int, n: int) -> None:
    pool.cost[entry] = plan.route_cost[v]
    pool.vehicle[entry] = v
    offset = pool.offset[entry]
    for k in range(n):
        pool.stops[offset + k] = plan.nodes[v, k + 1]
