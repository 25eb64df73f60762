"""Minimum-cost flow by OR-Tools: who goes where, when every unit may go to one place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

__all__ = ["assign"]


def assign(cost: npt.NDArray[np.int64], room: npt.NDArray[np.int64], stay_cost: int) -> npt.NDArray[np.int32]:
    """The place of every unit, -1 to stay, so that the sum of costs is least.

    cost: (units, places), negative where sending pays; room: (places,), how many a place can use; a unit that
    stays costs `stay_cost`. Solved exactly: the assignment polytope is integral.
    """
    units, places = cost.shape
    if units == 0:
        return np.empty(0, np.int32)
    solver = min_cost_flow.SimpleMinCostFlow()
    unit, place = np.divmod(np.arange(units * places), max(places, 1))
    sink = units + places
    ends = units + np.arange(places)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate((unit, np.arange(units), ends)).astype(np.int32),
        np.concatenate((units + place, np.full(units, sink), np.full(places, sink))).astype(np.int32),
        np.concatenate((np.ones(units * places + units, np.int64), room)),
        np.concatenate((cost.ravel(), np.full(units, stay_cost), np.zeros(places, np.int64))),
    )
    supplies = np.concatenate((np.ones(units, np.int64), np.zeros(places, np.int64), [-units]))
    solver.set_nodes_supplies(np.arange(units + places + 1, dtype=np.int32), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(
            f"min-cost flow ended with status {status} for {units} units and {places} places"
        )
    flows = solver.flows(np.arange(units * places, dtype=np.int32)) if places else np.empty(0)
    out = np.full(units, -1, np.int32)
    sent = np.flatnonzero(flows)
    out[unit[sent]] = place[sent]
    return out
