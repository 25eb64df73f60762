"""The improver: anytime, interruptible; a plan in, a plan at least as good out.

Phases: place whoever is not served; with `vehicles_first`, empty one vehicle after another; then simulated
annealing by ruin and recreate, with the routes met on the way recombined in between.
"""

from __future__ import annotations

import math
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
from fleet.kernels.ruin_recreate import anneal, recreate, shrink

_LEAST_WEIGHT, _MOST_WEIGHT = 0.5, 8.0
"""Of the price of a unit left out, beside the mean."""


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
    _place_absent(state)
    if problem.vehicles_first:
        use_fewer_vehicles(state, budget, _knobs(state))
    _anneal(state, budget, _knobs(state))
    return state.result()


def _knobs(state: SearchState) -> F64:
    """What `ruin` takes out: longer strings from longer routes, and more in all."""
    settings = state.settings
    share = settings.string_share * _units_each(state)
    longest = max(settings.longest_string, min(share, settings.string_most))
    return np.array([max(settings.mean_removed, longest), longest, settings.related_share])


def _units_each(state: SearchState) -> float:
    """Mean units of a vehicle that is used."""
    return state.unit_count / max(1, int((state.best.size > 2).sum()))


def _place_absent(state: SearchState) -> None:
    """Give whoever is not served the cheapest place, greedily."""
    recreate(state.arrays, state.trial, state.work, 0, state.unit_count, math.inf)
    state.take_trial_if_better()
    state.stand_at_best()


class Price:
    """What leaving out a unit costs on the way: so much that the wanted share of plans leaves somebody out.

    Where vehicles are few, plans that serve all lie apart like islands; the way between them leads over
    plans that do not. The wanted share falls to nothing while a cooling goes on. Units weigh differently:
    with one price for all, the same hard one stays out for good.
    """

    def __init__(self, settings: Settings, unit: float, units: int) -> None:
        self._settings = settings
        self._missed = np.ones(units)
        self._unit = unit
        self._most = settings.price_most * unit
        self.value = settings.price_first * unit

    def spare(self, done: float) -> int:
        """How many more may be left out in a round, when so much of a cooling is `done`."""
        return self._settings.spare if done < self._settings.spare_until else 0

    def weigh(self, state: SearchState) -> None:
        """Make it dearer to leave out whoever was left out more often: the easy make room for the hard."""
        missed = self._missed
        missed[state.current.absent[: state.current.tally[0]]] += 1.0
        np.clip(missed / missed.mean(), _LEAST_WEIGHT, _MOST_WEIGHT, out=state.work.weight)

    def learn(self, done: float, accepted: int, without: int) -> None:
        """Become dearer if too many of the accepted plans left somebody out, cheaper if too few did."""
        wanted = self._settings.out_share * (1.0 - done / self._settings.spare_until)
        self.value *= 1.1 if without > wanted * accepted else 1 / 1.1
        self.value = min(max(self.value, 0.5 * self._unit), self._most)


def _bring_in(state: SearchState, budget: Budget, knobs: F64, heat: float) -> None:
    """Find places for those left out where the search stands; go back to the best plan if there are none."""
    until = budget.done + state.settings.bring_share
    while state.current.tally[0] > 0 and not budget.over(min(until, 1.0)):
        asked, begun = budget.next_chunk(), budget.clock()
        used = shrink(state.arrays, state.current, state.trial, state.work, knobs, asked, heat)
        budget.spend(used, asked, budget.clock() - begun)
    if state.current.tally[0] > state.best.tally[0]:
        state.stand_at_best()
    else:
        state.take_trial_if_better()


def _anneal(state: SearchState, budget: Budget, knobs: F64) -> None:
    """Ruin and recreate with falling temperature until the budget is over.

    After vehicles were emptied it is done several times over where the budget allows: now and then one
    cooling ends in a corner that the next one finds its way out of.
    """
    settings, fewest = state.settings, state.problem.vehicles_first
    begin = budget.done
    span = max(1e-9, 1.0 - begin)
    unit = state.heat_unit()
    first = settings.heat_after_fewer if fewest else settings.heat_first
    chains = budget.chains(state.unit_count) if fewest else 1
    recombine_at = begin + settings.recombine_every
    price = Price(settings, unit, state.unit_count)
    while not budget.over():
        done = min(1.0, (budget.done - begin) / span) * chains
        done = min(1.0, done - min(int(done), chains - 1))
        heat = unit * first * (settings.heat_last / first) ** done
        spare = price.spare(done) if fewest else 0
        if fewest and spare == 0 and state.current.tally[0] > state.best.tally[0]:
            _bring_in(state, budget, knobs, heat)
        asked, begun = budget.next_chunk(), budget.clock()
        accepted, without = state.work.counts[2], state.work.counts[4]
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
                price.value if spare else math.inf,
                spare,
            )
        )
        budget.spend(asked, asked, budget.clock() - begun)
        if spare:
            price.weigh(state)
            price.learn(done, state.work.counts[2] - accepted, state.work.counts[4] - without)
        if budget.done >= recombine_at and not budget.over():
            recombine_at += settings.recombine_every
            if _units_each(state) <= settings.recombine_units:
                recombine(state, budget)
