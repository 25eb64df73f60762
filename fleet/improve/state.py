"""What the phases of a search share: the arrays of the problem and of three plans."""

from __future__ import annotations

import math

from fleet.improve.arrays import (
    Units,
    build_plan,
    build_pool,
    build_problem,
    build_workspace,
    clone,
    forgive,
    read_plan,
)
from fleet.improve.model import Plan, Problem
from fleet.improve.settings import Settings
from fleet.kernels.improve_layout import PlanArrays
from fleet.kernels.plan_edit import copy_plan
from fleet.kernels.ruin_recreate import total_cost


class SearchState:
    """The best plan, the plan that the search stands at, and the one that it tries."""

    def __init__(self, problem: Problem, plan: Plan, seed: int, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self.units = Units(problem, plan)
        self.arrays = forgive(problem, build_problem(problem, self.units), self.units, plan)
        self.best = build_plan(problem, self.arrays, self.units, plan)
        self.current = clone(self.best)
        self.trial = clone(self.best)
        self.work = build_workspace(problem, self.arrays, seed)
        self.pool = build_pool(self.arrays, seed)
        self.best_cost = float(total_cost(self.arrays, self.best, self.work, math.inf))

    @property
    def unit_count(self) -> int:
        """Units that may be moved."""
        return len(self.units.drop)

    def routing_cost(self) -> float:
        """Cost of the best plan's routes, without what stands for "vehicles first"."""
        total = float(self.best.route_cost.sum())
        for v, vehicle in enumerate(self.problem.vehicles):
            if self.best.size[v] > 2:
                total -= float(self.arrays.fixed[v]) - vehicle.fixed_cost
        return total

    def heat_unit(self) -> float:
        """Mean cost of a unit: temperatures are told in it."""
        return max(1e-9, self.routing_cost() / max(1, self.unit_count))

    def stand_at_best(self) -> None:
        """Go on from the best plan."""
        copy_plan(self.best, self.current)
        copy_plan(self.best, self.trial)

    def take_trial_if_better(self) -> bool:
        """Make the tried plan the best one and stand at it, if it is cheaper; else stand at the best."""
        cost = float(total_cost(self.arrays, self.trial, self.work, math.inf))
        better = cost < self.best_cost - 1e-7
        if better:
            self.best_cost = cost
            copy_plan(self.trial, self.best)
        return better

    def close_empty(self, made: PlanArrays) -> None:
        """Let no vehicle be used that is not: a search for cheaper routes then never adds one."""
        made.open[:] = made.size > 2

    def result(self) -> Plan:
        """The best plan; its cost is that of the routes as the problem prices them."""
        return read_plan(self.problem, self.units, self.best, self.routing_cost())
