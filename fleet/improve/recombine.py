"""The best plan that the routes in a pool can be put together to: set covering with OR-Tools.

The linear relaxation is solved over a growing part of the pool (GLOP); routes whose reduced cost exceeds the
gap between it and the plan at hand cannot be in a better plan and are left out of the integer program (HiGHS).
A unit may be covered twice: it is then taken out of the route where that saves more, which keeps a route
feasible wherever travel times obey the triangle inequality.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.linear_solver.python import model_builder_helper as mip
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST_ROUTES = 3000
MORE_ROUTES = 1500


@dataclass(frozen=True, slots=True)
class RoutePool:
    """Routes to choose from: `covers` is (rows, routes) with a 1 where a route serves a row.

    Rows are units, then classes of vehicles: each row's sum is kept between `least` and `most`.
    """

    covers: sparse.csc_matrix
    cost: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Choice:
    """Routes chosen, and the bound that proves how good any choice could be."""

    routes: Ints
    bound: float
    proved: bool


def _model(pool: RoutePool, columns: Ints, whole: bool) -> mip.ModelBuilderHelper:
    model = mip.ModelBuilderHelper()
    count = len(columns)
    model.fill_model_from_sparse_data(
        np.zeros(count),
        np.ones(count),
        pool.cost[columns],
        pool.least,
        pool.most,
        sparse.csr_matrix(pool.covers[:, columns]),
    )
    if whole:
        for k in range(count):
            model.set_var_integrality(k, True)
    return model


def choose(pool: RoutePool, at_hand: Ints, deadline: float) -> Choice | None:
    """Routes cheaper than `at_hand`, which are routes of the pool that make a plan; None if none were found.

    `deadline` is on the clock of `time.perf_counter`; it may be passed by some milliseconds.
    """
    upper = float(pool.cost[at_hand].sum())
    count = len(pool.cost)
    density = pool.cost / np.maximum(1, np.diff(pool.covers.indptr))
    chosen = np.zeros(count, bool)
    chosen[at_hand] = True
    chosen[np.argsort(density, kind="stable")[:FIRST_ROUTES]] = True
    while True:
        left = deadline - time.perf_counter()
        if left <= 0.01:
            return None
        columns = np.flatnonzero(chosen)
        relaxed = mip.ModelSolverHelper("glop")
        relaxed.set_time_limit_in_seconds(left)
        relaxed.solve(_model(pool, columns, whole=False))
        if relaxed.status() != mip.OPTIMAL:
            return None
        dual = np.asarray(relaxed.dual_values())
        reduced = pool.cost - pool.covers.T @ dual
        # At their bound of one, chosen routes may have a negative reduced cost without being missed.
        missing = np.flatnonzero(~chosen & (reduced < -1e-7))
        if len(missing) == 0:
            break
        chosen[missing[np.argsort(reduced[missing], kind="stable")[:MORE_ROUTES]]] = True
    bound = float(relaxed.objective_value())
    values = np.asarray(relaxed.variable_values())
    if np.all((values < 1e-6) | (values > 1 - 1e-6)):
        picked = columns[values > 0.5]
        return Choice(picked, bound, True) if bound < upper - 1e-7 else None
    gap = upper - bound
    if gap <= 1e-7:
        return None
    columns = np.flatnonzero(reduced < gap)
    left = deadline - time.perf_counter()
    if left <= 0.02:
        return None
    solver = mip.ModelSolverHelper("highs")
    solver.enable_output(False)
    solver.set_solver_specific_parameters("output_flag=false")
    solver.set_time_limit_in_seconds(left)
    solver.solve(_model(pool, columns, whole=True))
    if not solver.has_solution() or solver.objective_value() >= upper - 1e-7:
        return None
    values = np.asarray(solver.variable_values())
    return Choice(columns[values > 0.5], bound, solver.status() == mip.OPTIMAL)
