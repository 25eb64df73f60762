"""The improver: anytime, interruptible; a plan in, a plan at least as good out.

Phases: place whoever is not served; with `vehicles_first`, empty one vehicle after another; then simulated
annealing by ruin and recreate, with the routes met on the way recombined in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from fleet.improve.arrays import (
    Units,
    build_plan,
    build_pool,
    build_problem,
    build_workspace,
    clone,
    read_plan,
)
from fleet.improve.model import Plan, Problem
from fleet.improve.recombine import Ints, RoutePool, choose
from fleet.kernels.improve_layout import F64, PlanArrays
from fleet.kernels.plan_edit import copy_plan
from fleet.kernels.ride_time import refresh
from fleet.kernels.route_pool import find_route, keep_route
from fleet.kernels.ruin_recreate import anneal, recreate, shrink, total_cost

CHUNK_S = 0.02


@dataclass(frozen=True, slots=True)
class Settings:
    """What the search may be tuned by; the defaults were measured on the benchmarks."""

    mean_removed: float = 6.0
    longest_string: float = 10.0
    related_share: float = 0.2
    heat_first: float = 0.1
    heat_last: float = 0.001
    fleet_share: float = 0.4
    keep_within: float = 1.02
    recombine_every: float = 0.2
    recombine_share: float = 0.1
    cycles: int = 1
    reheat: float = 0.5


class Search:
    """One search on one problem."""

    def __init__(self, problem: Problem, plan: Plan, seed: int, settings: Settings) -> None:
        self.problem, self.settings = problem, settings
        self.units = Units(problem, plan)
        self.arrays = build_problem(problem, self.units)
        self.best = build_plan(problem, self.arrays, self.units, plan)
        self.work = build_workspace(problem, self.arrays, seed)
        self.pool = build_pool(self.arrays, seed)
        self.current = clone(self.best)
        self.trial = clone(self.best)
        self.best_cost = float(total_cost(self.arrays, self.best))
        self.rounds = 0
        self.recombined: list[str] = []
        self.log: list[tuple[float, float]] = []

    def knobs(self) -> F64:
        s = self.settings
        return np.array([s.mean_removed, s.longest_string, s.related_share])

    def place_absent(self) -> None:
        copy_plan(self.best, self.trial)
        recreate(self.arrays, self.trial, self.work, 0, self.units_count)
        cost = float(total_cost(self.arrays, self.trial))
        if cost < self.best_cost - 1e-9:
            copy_plan(self.trial, self.best)
            self.best_cost = cost
        copy_plan(self.best, self.current)
        copy_plan(self.best, self.trial)

    @property
    def units_count(self) -> int:
        return int(self.arrays.unit_drop.shape[0])

    def routing_cost(self) -> float:
        used = self.best.size > 2
        return float(self.best.route_cost.sum() - self.arrays.fixed[used].sum())

    def close_empty(self, made: PlanArrays) -> None:
        made.open[:] = made.size > 2

    def run(self, budget_s: float, should_stop: Callable[[], bool]) -> None:
        start = time.perf_counter()
        self.start = start
        self.place_absent()
        if self.problem.vehicles_first:
            self.minimise_vehicles(start + self.settings.fleet_share * budget_s, should_stop)
            for made in (self.best, self.current, self.trial):
                copy_plan(self.best, made) if made is not self.best else None
                self.close_empty(made)
        self.anneal_until(start + budget_s, should_stop)

    def minimise_vehicles(self, until: float, should_stop: Callable[[], bool]) -> None:
        from fleet.kernels.plan_edit import take_out_marked

        scale = self.routing_cost() / max(1, self.units_count)
        knobs = self.knobs()
        rounds = 50
        while time.perf_counter() < until and not should_stop() and self.best.tally[0] == 0:
            copy_plan(self.best, self.trial)
            self.close_empty(self.trial)
            used = np.flatnonzero(self.trial.size > 2)
            missed = [
                sum(self.work.missed[u] for u in self.route_units(int(v))) for v in used
            ]
            v = int(used[int(np.argmin(missed))])
            for u in self.route_units(v):
                self.work.marked[u] = 1
            take_out_marked(self.arrays, self.trial, self.work, v)
            self.trial.open[v] = 0
            copy_plan(self.trial, self.current)
            while time.perf_counter() < until and not should_stop() and self.current.tally[0] > 0:
                t0 = time.perf_counter()
                done = shrink(self.arrays, self.current, self.trial, self.work, knobs, rounds, 0.02 * scale)
                self.rounds += done
                took = time.perf_counter() - t0
                if done == rounds and took < CHUNK_S / 2:
                    rounds *= 2
            if self.current.tally[0] == 0:
                copy_plan(self.current, self.best)
                self.best_cost = float(total_cost(self.arrays, self.best))
                self.log.append((time.perf_counter() - self.start, self.best_cost))
        copy_plan(self.best, self.current)
        copy_plan(self.best, self.trial)

    def route_units(self, v: int) -> list[int]:
        row = self.trial.nodes[v, 1 : self.trial.size[v] - 1]
        return [int(self.arrays.unit_of[d]) for d in row if self.arrays.unit_drop[self.arrays.unit_of[d]] == d]

    def anneal_until(self, until: float, should_stop: Callable[[], bool]) -> None:
        begin = time.perf_counter()
        span = max(1e-9, until - begin)
        s = self.settings
        scale = self.routing_cost() / max(1, self.units_count)
        rounds = 50
        knobs = self.knobs()
        next_at = s.recombine_every
        cycle = 0
        while not should_stop():
            now = time.perf_counter()
            if now >= until:
                break
            done = (now - begin) / span
            turn = min(int(done * s.cycles), s.cycles - 1)
            phase = done * s.cycles - turn
            if turn != cycle:
                cycle = turn
                copy_plan(self.best, self.current)
                copy_plan(self.best, self.trial)
            top = s.heat_first * s.reheat**turn
            heat = scale * top * (s.heat_last / top) ** phase
            before = self.best_cost
            self.best_cost = float(
                anneal(
                    self.arrays, self.current, self.trial, self.best, self.work, self.pool, knobs,
                    rounds, heat, 1.0, self.best_cost, s.keep_within,
                )
            )
            if self.best_cost < before:
                self.log.append((time.perf_counter() - self.start, self.best_cost))
            self.rounds += rounds
            took = time.perf_counter() - now
            if took < CHUNK_S / 2:
                rounds *= 2
            elif took > 2 * CHUNK_S and rounds > 1:
                rounds //= 2
            if done >= next_at:
                next_at += s.recombine_every
                self.recombine(min(until, time.perf_counter() + s.recombine_share * span))

    def recombine(self, deadline: float) -> bool:
        for v in range(self.best.size.shape[0]):
            keep_route(self.arrays, self.best, self.pool, v)
        t0 = time.perf_counter()
        pool = self.route_pool()
        at_hand = self.entries_of_best()
        choice = choose(pool, at_hand, deadline)
        t1 = time.perf_counter()
        text = f"{t1 - self.start:.1f}s {len(pool.cost)}r {1000*(t1-t0):.0f}ms"
        took = False
        if choice is not None:
            took = self.install(choice.routes)
            text += f" ->{self.routing_cost():.2f}{'' if took else '?'}"
        self.recombined.append(text)
        return took

    def route_pool(self) -> RoutePool:
        arrays, pool = self.arrays, self.pool
        entries, stops = int(pool.used[0]), int(pool.used[1])
        unit = np.full(arrays.unit_of.shape[0], -1, np.int64)
        unit[arrays.unit_drop] = np.arange(self.units_count)
        owner = np.repeat(np.arange(entries), pool.length[:entries])
        row = unit[pool.stops[:stops]]
        keep = row >= 0
        kinds = int(arrays.kind.max()) + 1
        kind = arrays.kind[pool.vehicle[:entries]]
        row = np.concatenate([row[keep], self.units_count + kind])
        column = np.concatenate([owner[keep], np.arange(entries)])
        covers = sparse.csc_matrix(
            (np.ones(len(row)), (row, column)), shape=(self.units_count + kinds, entries)
        )
        served = (self.best.vehicle_of[arrays.unit_drop] >= 0).astype(np.float64)
        least, most = np.zeros(kinds), np.zeros(kinds)
        np.add.at(most, arrays.kind, (self.best.size > 2) | (not self.problem.vehicles_first))
        np.maximum.at(least, arrays.kind, (arrays.frozen > 0).astype(np.float64))
        cost = pool.cost[:entries].copy()
        if self.problem.vehicles_first:
            cost -= arrays.fixed[pool.vehicle[:entries]]
        return RoutePool(
            covers, cost, np.concatenate([served, least]),
            np.concatenate([np.full(self.units_count, np.inf), most]),
        )

    def entries_of_best(self) -> Ints:
        found = []
        for v in np.flatnonzero(self.best.size > 2):
            found.append(find_route(self.arrays, self.best, self.pool, int(v)))
        return np.array([x for x in found], np.int64)

    def install(self, entries: Ints) -> bool:
        arrays, pool, trial = self.arrays, self.pool, self.trial
        copy_plan(self.best, trial)
        free: dict[int, list[int]] = {}
        for v in range(len(self.problem.vehicles) - 1, -1, -1):
            if trial.open[v]:
                free.setdefault(int(arrays.kind[v]), []).append(v)
        trial.vehicle_of[arrays.unit_drop] = -1
        for v in range(len(self.problem.vehicles)):
            trial.nodes[v, 1] = trial.nodes[v, trial.size[v] - 1]
            trial.size[v] = 2
            refresh(arrays, trial, v)
        taken: set[int] = set()
        for entry in sorted(entries, key=lambda e: -int(pool.length[e])):
            v = free[int(arrays.kind[pool.vehicle[entry]])].pop()
            offset = int(pool.offset[entry])
            stops = [int(x) for x in pool.stops[offset : offset + pool.length[entry]]]
            units = {int(arrays.unit_of[x]) for x in stops} - {-1}
            stops = [x for x in stops if int(arrays.unit_of[x]) not in taken]
            taken |= units
            row = [int(arrays.start[v]), *stops, int(arrays.end[v])]
            trial.nodes[v, : len(row)] = row
            trial.size[v] = len(row)
            if not refresh(arrays, trial, v):
                copy_plan(self.best, trial)
                copy_plan(self.current, trial)
                return False
        out = [u for u in range(self.units_count) if u not in taken]
        trial.absent[: len(out)] = out
        trial.tally[0] = len(out)
        for u in out:
            if arrays.unit_pick[u] >= 0:
                trial.vehicle_of[arrays.unit_pick[u]] = -1
        cost = float(total_cost(arrays, trial))
        if cost >= self.best_cost - 1e-7:
            copy_plan(self.current, trial)
            return False
        self.best_cost = cost
        if self.problem.vehicles_first:
            self.close_empty(trial)
        copy_plan(trial, self.best)
        copy_plan(trial, self.current)
        self.log.append((time.perf_counter() - self.start, cost))
        return True

    def result(self) -> Plan:
        return read_plan(self.problem, self.units, self.best, self.routing_cost())


def improve(
    problem: Problem,
    plan: Plan,
    budget_s: float,
    should_stop: Callable[[], bool] | None = None,
    seed: int = 0,
    settings: Settings | None = None,
) -> Plan:
    """A plan no worse than `plan`, found in `budget_s`."""
    search = Search(problem, plan, seed, settings or Settings())
    search.run(budget_s, should_stop or (lambda: False))
    return search.result()
