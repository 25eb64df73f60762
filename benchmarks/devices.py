"""`python -m benchmarks.devices --json`: a thousand waiting riders and a thousand devices, paired at once.

Ours beside SciPy's and OR-Tools' on the same costs (seconds to drive on a plane, pairs beyond a promise not
allowed); medians over several draws by the wall and of computing time (the same on a quiet machine; on a
busy one only the latter means something), and whether the sums agree.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable

import numpy as np
from ortools.graph.python import linear_sum_assignment as ortools_assignment
from scipy.optimize import linear_sum_assignment

from fleet.personal.matching import best_pairs

Cost = np.ndarray
_PACE_M_S = 1.11
_FAR_S = 1800
_NOT_ALLOWED = 100_000
_TOWNS = ("clustered", "spread")


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.devices", description=__doc__)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=9)
    parser.add_argument("--town", choices=_TOWNS, default="clustered", help="where devices stand")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    tools: dict[str, Callable[[Cost], float]] = {"ours": _ours, "scipy": _scipy, "ortools": _ortools}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
    agree = True
    for draw in range(-1, options.draws):
        cost = _draw(options.size, draw + 1, options.town)
        sums = []
        for name, tool in tools.items():
            begun, computed = time.perf_counter(), time.process_time()
            sums.append(tool(cost))
            if draw >= 0:  # the first draw loads the compiled kernel
                times[name].append((time.perf_counter() - begun, time.process_time() - computed))
        agree &= max(sums) - min(sums) < 0.5
    medians = {name: _median(wall for wall, _ in found) for name, found in times.items()}
    computing = {name: _median(cpu for _, cpu in found) for name, found in times.items()}
    figures = {
        "size": options.size, "town": options.town, "median_ms": medians, "computing_ms": computing,
        "ratio": {name: round(ms / computing["ours"], 2) for name, ms in computing.items()},
        "same_cost": agree, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(figures) if options.json else "\n".join(f"{k:10} {v}" for k, v in figures.items()))
    return 0


def _median(seconds: Iterable[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def _draw(size: int, seed: int, town: str) -> Cost:
    """Riders anywhere on a square of three kilometres; devices too, or in clusters, which is harder."""
    random = np.random.default_rng(seed)
    bases = random.uniform(0, 3000, (20, 2))
    if town == "clustered":
        devices = bases[random.integers(20, size=size)] + random.normal(0, 120, (size, 2))
    else:
        devices = random.uniform(0, 3000, (size, 2))
    riders = random.uniform(0, 3000, (size, 2))
    seconds = np.abs(riders[:, None] - devices[None]).sum(axis=2) / _PACE_M_S
    return np.where(seconds > _FAR_S, _NOT_ALLOWED, np.round(seconds)).astype(np.int32)


def _ours(cost: Cost) -> float:
    return sum(float(cost[i, j]) for i, j in best_pairs(cost))


def _scipy(cost: Cost) -> float:
    rows, columns = linear_sum_assignment(cost)
    return float(cost[rows, columns].sum())


def _ortools(cost: Cost) -> float:
    solver = ortools_assignment.SimpleLinearSumAssignment()
    n = len(cost)
    rows = np.repeat(np.arange(n), n)
    columns = np.tile(np.arange(n), n)
    solver.add_arcs_with_cost(rows, columns, cost.ravel().astype(np.int64))
    solver.solve()
    return float(solver.optimal_cost())


if __name__ == "__main__":
    sys.exit(main())
