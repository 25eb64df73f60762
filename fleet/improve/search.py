"""The improver: anytime, interruptible; a plan in, a plan at least as good out.

Phases: place whoever is not served; with `vehicles_first`, empty one vehicle after another; then simulated
annealing by ruin and recreate, with the routes met on the way recombined in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from fleet.improve.budget import Budget
from fleet.improve.fewer_vehicles import use_fewer_vehicles
from fleet.improve.model import Plan, Problem
from fleet.improve.recombine import recombine
from fleet.improve.settings import Settings
from fleet.improve.state import SearchState
from fleet.kernels.improve_layout import F64
from fleet.kernels.ruin_recreate import anneal, recreate


def improve(
    problem: Problem,
    plan: Plan,
    budget_s: float,
    should_stop: Callable[[], bool] | None = None,
    *,
    seed: int = 0,
    settings: Settings | None = None,
    rounds_max: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Plan:
    """The best plan found in `budget_s` seconds of `clock`: never dearer than `plan`, nobody left out anew.

    A limit that `plan` breaks already (a late vehicle) is kept no worse than it is. `should_stop` is asked
    about every 20 ms (not within a recombination, which takes at most `recombine_share` of the budget).
    With `rounds_max` the clock is not looked at, and the same seed gives the same plan. Raises ImproveError
    if plan and problem do not fit each other.
    """
    chosen = settings or Settings()
    state = SearchState(problem, plan, seed, chosen)
    if state.unit_count == 0:
        return state.result()
    budget = Budget(budget_s, clock, should_stop or (lambda: False), rounds_max)
    knobs = np.array([chosen.mean_removed, chosen.longest_string, chosen.related_share])
    _place_absent(state)
    if problem.vehicles_first:
        use_fewer_vehicles(state, budget, knobs)
    _anneal(state, budget, knobs)
    return state.result()


def _place_absent(state: SearchState) -> None:
    """Give whoever is not served the cheapest place, greedily."""
    recreate(state.arrays, state.trial, state.work, 0, state.unit_count)
    state.take_trial_if_better()
    state.stand_at_best()


def _anneal(state: SearchState, budget: Budget, knobs: F64) -> None:
    """Ruin and recreate with falling temperature until the budget is over.

    After vehicles were emptied it is done several times over where the budget allows: now and then one
    cooling ends in a corner that the next one finds its way out of.
    """
    settings = state.settings
    begin = budget.done
    span = max(1e-9, 1.0 - begin)
    unit = state.heat_unit()
    first = settings.heat_after_fewer if state.problem.vehicles_first else settings.heat_first
    chains = budget.chains(state.unit_count) if state.problem.vehicles_first else 1
    recombine_at = begin + settings.recombine_every
    while not budget.over():
        done = min(1.0, (budget.done - begin) / span) * chains
        done = min(1.0, done - min(int(done), chains - 1))
        heat = unit * first * (settings.heat_last / first) ** done
        asked, begun = budget.next_chunk(), budget.clock()
        state.best_cost = float(
            anneal(
                state.arrays,
                state.current,
                state.trial,
                state.best,
                state.work,
                state.pool,
                knobs,
                asked,
                heat,
                state.best_cost,
                settings.keep_within,
            )
        )
        budget.spend(asked, asked, budget.clock() - begun)
        if budget.done >= recombine_at and not budget.over():
            recombine_at += settings.recombine_every
            recombine(state, budget)
