"""What a snapshot of the fleet asks of the improver: nodes, requests, vehicles, a plan.

Nodes are numbered 0 .. nodes - 1; a start and an end node belong to each vehicle (vehicles may share them, as
in a depot), a pickup and a drop node to each request. Nothing here knows of identifiers, clocks or streets:
the dispatcher turns its snapshot into these numbers and the answer back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]


class ImproveError(ValueError):
    """A problem or plan that cannot be read; the message names the field, the index and the fix."""


@dataclass(frozen=True, slots=True)
class Request:
    """One party that travels together.

    `pickup` is None for riders on board, who must be dropped by `vehicle`. `ride_limit_s` bounds the time
    from the end of service at the pickup to the start of service at the drop. `penalty` is the cost of
    leaving the request out of the plan: infinite means "larger than any plan is worth".
    """

    drop: int
    pickup: int | None = None
    vehicle: int | None = None
    ride_limit_s: float = math.inf
    penalty: float = math.inf


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle: where it starts and ends, what it carries by kind of place, what it may spend.

    `onboard` is the load at its start; `frozen` the number of stops that must stay first in its route (the
    stop it drives to now). When it starts is the window of its start node: a single instant for a vehicle
    on the road, a shift for one that may leave its depot later.
    """

    start: int
    end: int
    capacity: tuple[int, ...]
    onboard: tuple[int, ...] = ()
    frozen: int = 0
    duration_limit_s: float = math.inf
    energy_limit_wh: float = math.inf
    fixed_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that bounds and prices a plan.

    travel_s, cost: (nodes, nodes), from row to column. `cost` is money or any weighted sum of metres and
    seconds; service_s, earliest_s, latest_s: (nodes,); demand: (nodes, kinds), what a stop adds to the load
    (a wheelchair that takes three seats adds 3 of the first kind and 1 of the second); energy_wh: (nodes,
    nodes), the last arc of a route being the way to its nearest charger; time_cost: (nodes,), cost of every
    second that service starts later. `with_rider_weights` derives it from waiting and riding.

    With `vehicles_first`, a plan with fewer vehicles beats every cheaper one (PDPTW); otherwise cost alone
    counts, with each vehicle's `fixed_cost`.
    """

    travel_s: Matrix
    cost: Matrix
    service_s: Vector
    earliest_s: Vector
    latest_s: Vector
    demand: npt.NDArray[np.int32]
    requests: tuple[Request, ...]
    vehicles: tuple[Vehicle, ...]
    energy_wh: Matrix | None = None
    time_cost: Vector | None = None
    vehicles_first: bool = False

    def __post_init__(self) -> None:
        nodes = self.travel_s.shape[0]
        for name in ("travel_s", "cost", "energy_wh"):
            matrix = getattr(self, name)
            if matrix is not None and matrix.shape != (nodes, nodes):
                raise ImproveError(
                    f"{name}: shape {matrix.shape}, must be ({nodes}, {nodes}) as travel_s has rows"
                )
            if matrix is not None and not np.isfinite(matrix).all():
                row, column = (int(x) for x in np.argwhere(~np.isfinite(matrix))[0])
                raise ImproveError(f"{name}[{row}, {column}]: not finite; use a large number for 'no way'")
        for name in ("service_s", "earliest_s", "latest_s", "time_cost"):
            vector = getattr(self, name)
            if vector is not None and vector.shape != (nodes,):
                raise ImproveError(f"{name}: shape {vector.shape}, must be ({nodes},)")
        if self.demand.ndim != 2 or self.demand.shape[0] != nodes:
            raise ImproveError(f"demand: shape {self.demand.shape}, must be ({nodes}, kinds of places)")
        self._check_vehicles(nodes)
        self._check_requests(nodes)

    def _check_vehicles(self, nodes: int) -> None:
        kinds = self.demand.shape[1]
        if not self.vehicles:
            raise ImproveError("vehicles: none; give at least one")
        for v, vehicle in enumerate(self.vehicles):
            if not (0 <= vehicle.start < nodes and 0 <= vehicle.end < nodes):
                raise ImproveError(f"vehicles[{v}]: start or end is not a node below {nodes}")
            if len(vehicle.capacity) != kinds or len(vehicle.onboard) not in (0, kinds):
                raise ImproveError(
                    f"vehicles[{v}]: capacity and onboard need {kinds} kinds of places, as demand"
                )

    def _check_requests(self, nodes: int) -> None:
        seen: dict[int, int] = {}
        for r, request in enumerate(self.requests):
            for node in (request.pickup, request.drop):
                if node is None:
                    continue
                if not 0 <= node < nodes:
                    raise ImproveError(f"requests[{r}]: node {node} is not below {nodes}")
                if node in seen:
                    raise ImproveError(
                        f"requests[{r}]: node {node} belongs to requests[{seen[node]}] already"
                    )
                seen[node] = r
            if request.vehicle is not None and not 0 <= request.vehicle < len(self.vehicles):
                raise ImproveError(f"requests[{r}]: vehicle {request.vehicle} of {len(self.vehicles)}")
            if request.pickup is None and request.vehicle is None:
                raise ImproveError(f"requests[{r}]: riders on board need the vehicle that carries them")


@dataclass(frozen=True, slots=True)
class Plan:
    """For each vehicle the nodes it serves, in order, without start and end; and who is left out."""

    routes: tuple[tuple[int, ...], ...]
    unserved: tuple[int, ...] = ()
    cost: float = field(default=math.nan, compare=False)

    @property
    def vehicles_used(self) -> int:
        """Vehicles with at least one stop."""
        return sum(1 for route in self.routes if route)


def empty_plan(problem: Problem) -> Plan:
    """The plan that serves nobody."""
    return Plan(tuple(() for _ in problem.vehicles), tuple(range(len(problem.requests))))


def rider_time_cost(problem: Problem, wait_weight: float, ride_weight: float) -> Vector:
    """`Problem.time_cost` for so much a second of waiting at the pickup and of riding.

    The cost of a plan then contains, for each request, wait_weight x (pickup - earliest pickup) +
    ride_weight x (drop - pickup), up to a constant. Riders on board add ride_weight x (drop - earliest
    drop).
    """
    weights = np.zeros(problem.travel_s.shape[0])
    for request in problem.requests:
        weights[request.drop] += ride_weight
        if request.pickup is not None:
            weights[request.pickup] += wait_weight - ride_weight
    return weights
