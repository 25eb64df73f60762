"""From a benchmark instance to a problem of the fleet's improver, and back to routes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.instances import Instance
from fleet.improve import Problem, Request, Vehicle, empty_plan, improve

CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}


def to_problem(instance: Instance) -> Problem:
    """The instance as the improver takes it: node numbers stay, one more node is the depot at the end."""
    nodes = len(instance.demand)
    closing = [*range(nodes), 0]
    travel = np.ascontiguousarray(instance.travel[closing][:, closing])
    vehicle = Vehicle(
        start=0, end=nodes, capacity=(instance.capacity,), duration_limit_s=instance.duration_limit
    )
    return Problem(
        travel_s=travel,
        cost=travel,
        service_s=np.array([*instance.service, 0.0]),
        earliest_s=np.array([*instance.ready, instance.ready[0]]),
        latest_s=np.array([*instance.due, instance.depot_due]),
        demand=np.array([*instance.demand, 0], np.int32).reshape(-1, 1),
        requests=tuple(
            Request(drop=d, pickup=p, ride_limit_s=instance.ride_limit) for p, d in instance.pairs
        ),
        vehicles=(vehicle,) * instance.vehicles,
        vehicles_first=instance.vehicles_first,
    )


def solve(instance: Instance, seconds: float, seed: int, clock: str = "wall") -> list[tuple[int, ...]]:
    """Routes of the instance, without empty ones, found in so many seconds of a clock of CLOCKS."""
    problem = to_problem(instance)
    plan = improve(problem, empty_plan(problem), seconds, seed=seed, clock=CLOCKS[clock])
    return [route for route in plan.routes if route]


def warm_up() -> None:
    """Compile or load every kernel on an instance of four riders."""
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 1.5, 2.5, 3.5, 4.5])
    tiny = Instance(
        name="tiny",
        vehicles=3,
        capacity=2,
        duration_limit=100.0,
        ride_limit=20.0,
        demand=(0, 1, 1, 1, 1, -1, -1, -1, -1),
        ready=(0.0,) * 9,
        due=(100.0,) * 9,
        service=(0.0,) * 9,
        pairs=((1, 5), (2, 6), (3, 7), (4, 8)),
        travel=np.abs(x[:, None] - x[None, :]),
        depot_due=100.0,
        vehicles_first=False,
    )
    for instance in (tiny, replace(tiny, vehicles_first=True, ride_limit=math.inf, duration_limit=math.inf)):
        problem = to_problem(instance)
        improve(problem, empty_plan(problem), 1.0, rounds_max=50)
