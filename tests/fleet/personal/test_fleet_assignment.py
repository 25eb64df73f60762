"""The assignment kernel against SciPy's where prices are hard to find: clusters, ties, pairs not allowed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from fleet.kernels.assignment import assign
from fleet.personal.matching import NEVER, best_pairs


def clustered(size: int, seed: int, tie_s: float) -> np.ndarray:
    """Whole seconds between riders anywhere and devices about five docks, in grains of `tie_s`."""
    random = np.random.default_rng(seed)
    docks = random.uniform(0, 2000, (5, 2))
    devices = docks[random.integers(5, size=size)] + random.normal(0, 60, (size, 2))
    riders = random.uniform(0, 2000, (size, 2))
    way = np.abs(riders[:, None] - devices[None]).sum(axis=2)
    return np.round(way / tie_s) * tie_s


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("tie_s", [1.0, 100.0])
@pytest.mark.parametrize("size", [1, 2, 65, 300])
def test_clusters_are_assigned_at_the_least_cost(size: int, tie_s: float, dtype: type) -> None:
    cost = clustered(size, size, tie_s).astype(dtype)
    columns = assign(cost)
    assert sorted(columns.tolist()) == list(range(size))
    rows, best = linear_sum_assignment(cost)
    assert float(cost[rows, columns].sum()) == float(cost[rows, best].sum())


@pytest.mark.parametrize(("rows", "columns"), [(12, 200), (200, 12), (150, 200)])
def test_the_rest_is_best_where_most_pairs_are_not_allowed(rows: int, columns: int) -> None:
    cost = clustered(200, 7, 1.0)[:rows, :columns].astype(np.int32)
    cost[np.random.default_rng(3).random(cost.shape) < 0.9] = NEVER
    pairs = best_pairs(cost)
    i, j = linear_sum_assignment(cost)
    allowed = cost[i, j] < NEVER
    assert len(pairs) == int(allowed.sum())
    assert sum(float(cost[a, b]) for a, b in pairs) == float(cost[i, j][allowed].sum())
