"""From a benchmark instance to a problem of the fleet's improver."""

from __future__ import annotations

import numpy as np

from benchmarks.instances import Instance
from fleet.improve.model import Problem, Request, Vehicle


def to_problem(instance: Instance) -> Problem:
    """The instance as the improver takes it: node numbers stay, one more node is the depot at the end."""
    nodes = len(instance.demand)
    closing = [*range(nodes), 0]
    travel = instance.travel[np.ix_(closing, closing)]
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
        requests=tuple(Request(drop=d, pickup=p, ride_limit_s=instance.ride_limit) for p, d in instance.pairs),
        vehicles=(vehicle,) * instance.vehicles,
        vehicles_first=instance.vehicles_first,
    )
