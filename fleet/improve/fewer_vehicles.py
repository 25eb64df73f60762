"""Use fewer vehicles: give one vehicle's units to the others, until that fails.

Each unit counts how often it found no place; the vehicle emptied is the one whose units were missed least,
and a plan is taken if the units that it leaves out were missed less often (Christiaens and Vanden Berghe
2020).
"""

from __future__ import annotations

import math

import numpy as np

from fleet.improve.budget import Budget
from fleet.improve.state import SearchState
from fleet.kernels.improve_layout import F64
from fleet.kernels.plan_edit import copy_plan, take_out_marked
from fleet.kernels.ruin_recreate import shrink, total_cost

HEAT = 0.02
HOPELESS_AFTER, HOPELESS_LEFT = 0.4, 4
"""Emptying a vehicle is given up if after so much of the time for all of it more than so many never found
places; the time is worth more to what follows."""


def use_fewer_vehicles(state: SearchState, budget: Budget, knobs: F64) -> None:
    """Empty vehicles of the best plan one by one, within `fleet_share` of the budget."""
    share = state.settings.fleet_share
    heat = HEAT * state.heat_unit()
    while state.best.tally[0] == 0 and not budget.over(share):
        victim = _least_missed(state)
        if victim < 0:
            break
        _empty(state, victim)
        late, least = budget.done + HOPELESS_AFTER * share, state.unit_count
        while state.current.tally[0] > 0 and not budget.over(share):
            asked, begun = budget.next_chunk(), budget.clock()
            used = shrink(state.arrays, state.current, state.trial, state.work, knobs, asked, heat)
            budget.spend(used, asked, budget.clock() - begun)
            least = min(least, int(state.current.tally[0]))
            if least > HOPELESS_LEFT and budget.done > late:
                break
        if state.current.tally[0] > 0:
            break
        copy_plan(state.current, state.best)
        state.best_cost = float(total_cost(state.arrays, state.best, state.work, math.inf))
    state.close_empty(state.best)
    state.stand_at_best()


def _least_missed(state: SearchState) -> int:
    """The vehicle that may be emptied and whose units were missed least; -1 if there is none."""
    best, least = -1, np.inf
    for v in np.flatnonzero(state.best.size > 2):
        units = _units_on(state, int(v))
        if len(units) * 2 != state.best.size[v] - 2:
            continue  # it has riders on board or a stop that it drives to
        missed = float(state.work.missed[units].sum())
        if missed < least:
            best, least = int(v), missed
    return best


def _units_on(state: SearchState, v: int) -> list[int]:
    arrays = state.arrays
    stops = [int(x) for x in state.best.nodes[v, 1 : state.best.size[v] - 1]]
    units = [int(arrays.unit_of[x]) for x in stops]
    return [
        u
        for u, x in zip(units, stops, strict=True)
        if u >= 0 and arrays.unit_drop[u] == x and arrays.unit_pick[u] >= 0
    ]


def _empty(state: SearchState, v: int) -> None:
    """Stand at the best plan with nobody on vehicle `v`, which is closed."""
    state.stand_at_best()
    state.close_empty(state.trial)
    state.work.marked[_units_on(state, v)] = 1
    take_out_marked(state.arrays, state.trial, state.work, v)
    state.trial.open[v] = 0
    copy_plan(state.trial, state.current)
