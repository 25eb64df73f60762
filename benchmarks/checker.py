"""Judges plans of pickup-and-delivery instances from the instances' definitions alone.

Knows nothing of the solver: it reads the instance, walks each route and, for dial-a-ride, finds a schedule by
the shortest paths of its difference constraints, so that departures from the depot and from pickups may be
delayed as Cordeau and Laporte (2003) allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.instances import Instance

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth: vehicles used, routing cost, and every rule that it breaks (none: feasible)."""

    vehicles: int
    cost: float
    faults: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """Whether no rule is broken."""
        return not self.faults


def judge(instance: Instance, routes: Sequence[Sequence[int]]) -> Verdict:
    """The verdict on `routes`, each a sequence of node ids without the depot."""
    used = [route for route in routes if route]
    faults = _misplaced(instance, used)
    if faults:
        return Verdict(len(used), math.inf, tuple(faults))
    cost = 0.0
    for number, route in enumerate(used):
        path = [0, *route, 0]
        cost += sum(float(instance.travel[a, b]) for a, b in pairwise(path))
        load = 0
        for node in route:
            load += instance.demand[node]
            if load > instance.capacity or load < 0:
                faults.append(f"route {number}: load {load} after stop {node}, capacity {instance.capacity}")
        if load != 0:
            faults.append(f"route {number}: load {load} at its end")
        if not has_schedule(instance, route):
            faults.append(f"route {number}: no schedule keeps its windows, ride times and duration")
    return Verdict(len(used), cost, tuple(faults))


def _misplaced(instance: Instance, used: list[Sequence[int]]) -> list[str]:
    """Stops served twice or never, pairs torn apart or in the wrong order, too many routes."""
    faults: list[str] = []
    if len(used) > instance.vehicles:
        faults.append(f"{len(used)} routes for {instance.vehicles} vehicles")
    where: dict[int, tuple[int, int]] = {}
    for number, route in enumerate(used):
        for place, node in enumerate(route):
            if not 0 < node < len(instance.demand):
                faults.append(f"route {number}: {node} is not a stop")
            elif node in where:
                faults.append(f"route {number}: stop {node} is served twice")
            else:
                where[node] = (number, place)
    for pickup, delivery in instance.pairs:
        a, b = where.get(pickup), where.get(delivery)
        if a is None or b is None:
            faults.append(f"stops {pickup} and {delivery} are not both served")
        elif a[0] != b[0] or a[1] > b[1]:
            faults.append(f"delivery {delivery} does not follow pickup {pickup} in one route")
    return faults


def has_schedule(instance: Instance, route: Sequence[int]) -> bool:
    """Whether starts of service exist that keep every window, ride limit and the duration limit.

    Each rule reads start[b] - start[a] >= w. Longest paths by Bellman and Ford: a cycle that still grows
    after as many rounds as there are stops means that there is no schedule.
    """
    path = [0, *route, 0]
    last = len(path) - 1
    early = [instance.ready[node] for node in path]
    late = [instance.due[node] for node in path]
    late[last] = instance.depot_due
    place = {node: k for k, node in enumerate(path) if 0 < k < last}
    rules: list[tuple[int, int, float]] = [
        (k, k + 1, instance.service[path[k]] + float(instance.travel[path[k], path[k + 1]]))
        for k in range(last)
    ]
    if math.isfinite(instance.ride_limit):
        for pickup, delivery in instance.pairs:
            if pickup in place:
                weight = -(instance.ride_limit + instance.service[pickup])
                rules.append((place[delivery], place[pickup], weight))
    if math.isfinite(instance.duration_limit):
        rules.append((last, 0, -instance.duration_limit))
    start = list(early)
    for _ in range(len(path) + 1):
        changed = False
        for a, b, weight in rules:
            if start[a] + weight > start[b] + TOLERANCE / 100:
                start[b] = start[a] + weight
                changed = True
        if any(at > limit + TOLERANCE for at, limit in zip(start, late, strict=True)):
            return False
        if not changed:
            return True
    return False
