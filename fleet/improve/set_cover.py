"""The cheapest plan that given routes can be put together to: set covering with OR-Tools.

The linear relaxation is solved over a growing part of the routes (GLOP); routes whose reduced cost exceeds
the gap between it and the plan at hand cannot be in a better plan and are left out of the integer program
(HiGHS). A unit may be covered twice: whoever installs the choice leaves it out of one of the two routes,
which keeps that route feasible wherever travel times obey the triangle inequality.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.linear_solver.python import model_builder_helper as mip
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST_ROUTES = 3000
MORE_ROUTES = 1500
LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class RoutePool:
    """Routes to choose from: `covers` is (rows, routes) with a 1 where a route serves a row.

    Rows are units, then classes of vehicles: each row's sum is kept between `least` and `most`.
    """

    covers: sparse.csc_matrix
    cost: Floats
    least: Floats
    most: Floats


def choose(pool: RoutePool, at_hand: Ints, deadline: float, clock: Callable[[], float]) -> Ints | None:
    """Routes that cost less than `at_hand`, which are routes of the pool; None if none are found.

    `deadline` is a reading of `clock` in seconds (infinite: as long as it takes); it may be passed by some
    milliseconds.
    """
    upper = float(pool.cost[at_hand].sum())
    relaxed = _relax(pool, at_hand, deadline, clock)
    if relaxed is None:
        return None
    columns, values, reduced, bound = relaxed
    gap = upper - bound
    if gap <= 1e-7:
        return None
    if np.all((values < 1e-6) | (values > 1 - 1e-6)):
        return columns[values > 0.5]
    left = deadline - clock()
    if left <= 0.02:
        return None
    columns = np.flatnonzero(reduced < gap)
    solver = mip.ModelSolverHelper("highs")
    solver.enable_output(False)
    solver.set_solver_specific_parameters("output_flag=false")
    solver.set_time_limit_in_seconds(min(left, LONGEST_S))
    solver.solve(_model(pool, columns, whole=True))
    if not solver.has_solution() or solver.objective_value() >= upper - 1e-7:
        return None
    return columns[np.asarray(solver.variable_values()) > 0.5]


def _relax(
    pool: RoutePool, at_hand: Ints, deadline: float, clock: Callable[[], float]
) -> tuple[Ints, Floats, Floats, float] | None:
    """(columns, their values, reduced cost of every route, bound) of the relaxation; None if time ran out."""
    count = len(pool.cost)
    density = pool.cost / np.maximum(1, np.diff(pool.covers.indptr))
    chosen = np.zeros(count, bool)
    chosen[at_hand] = True
    chosen[np.argsort(density, kind="stable")[:FIRST_ROUTES]] = True
    while True:
        left = deadline - clock()
        if left <= 0.01:
            return None
        columns = np.flatnonzero(chosen)
        solver = mip.ModelSolverHelper("glop")
        solver.set_time_limit_in_seconds(min(left, LONGEST_S))
        solver.solve(_model(pool, columns, whole=False))
        if solver.status() != mip.OPTIMAL:
            return None
        reduced = pool.cost - pool.covers.T @ np.asarray(solver.dual_values())
        missing = np.flatnonzero(~chosen & (reduced < -1e-7))
        if len(missing) == 0:
            return columns, np.asarray(solver.variable_values()), reduced, float(solver.objective_value())
        chosen[missing[np.argsort(reduced[missing], kind="stable")[:MORE_ROUTES]]] = True


def _model(pool: RoutePool, columns: Ints, whole: bool) -> mip.ModelBuilderHelper:
    model = mip.ModelBuilderHelper()
    count = len(columns)
    fill: Any = model.fill_model_from_sparse_data  # its stubs name no array that NumPy's own stubs accept
    fill(
        np.zeros(count),
        # a route is never worth driving twice: the relaxation needs no bound (and has no dual for one)
        np.full(count, 1.0 if whole else math.inf),
        pool.cost[columns],
        pool.least,
        pool.most,
        sparse.csr_matrix(pool.covers[:, columns]),
    )
    if whole:
        for k in range(count):
            model.set_var_integrality(k, True)
    return model
