"""From a problem and a plan to the arrays that the kernels work on, and back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from fleet.improve.model import ImproveError, Plan, Problem
from fleet.kernels.improve_layout import (
    ABSENT,
    F64,
    I32,
    TOLERANCE,
    PlanArrays,
    PoolArrays,
    ProblemArrays,
    Workspace,
)
from fleet.kernels.ride_time import refresh

NEAR_MAX = 120
FAR = 1e7
"""Stands for "no limit" in times, so that sums and differences stay exact to a microsecond."""


class Units:
    """Which requests may be moved in this plan, and how."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        frozen = {
            node
            for vehicle, route in zip(problem.vehicles, plan.routes, strict=True)
            for node in route[: vehicle.frozen]
        }
        vehicle_of = {node: v for v, route in enumerate(plan.routes) for node in route}
        self.request: list[int] = []
        self.pick: list[int] = []
        self.drop: list[int] = []
        self.vehicle: list[int] = []
        for r, request in enumerate(problem.requests):
            if request.drop in frozen:
                continue
            pick, vehicle = request.pickup, request.vehicle
            if pick is not None and pick in frozen:
                vehicle, pick = vehicle_of[pick], None
            self.request.append(r)
            self.pick.append(ABSENT if pick is None else pick)
            self.drop.append(request.drop)
            self.vehicle.append(ABSENT if vehicle is None else vehicle)


def build_problem(problem: Problem, units: Units) -> ProblemArrays:
    """The arrays of a problem; windows are tightened by what pairs and depots imply."""
    nodes = problem.travel_s.shape[0]
    hop = np.ascontiguousarray(problem.travel_s + problem.service_s[:, None], dtype=np.float64)
    early = np.maximum(problem.earliest_s.astype(np.float64), -FAR)
    late = np.minimum(problem.latest_s.astype(np.float64), FAR) + TOLERANCE
    partner = np.full(nodes, ABSENT, np.int32)
    ride = np.full(nodes, 4 * FAR)
    for request in problem.requests:
        if request.pickup is not None and request.ride_limit_s < FAR:
            partner[request.drop] = request.pickup
            ride[request.drop] = request.ride_limit_s + problem.service_s[request.pickup] + TOLERANCE
    pick, drop = np.array(units.pick, np.int32), np.array(units.drop, np.int32)
    _tighten(problem, hop, early, late, ride, pick, drop)
    unit_of = np.full(nodes, ABSENT, np.int32)
    for u, (p, d) in enumerate(zip(units.pick, units.drop, strict=True)):
        unit_of[d] = u
        if p >= 0:
            unit_of[p] = u
    kinds = problem.demand.shape[1]
    duration = np.array([min(v.duration_limit_s + TOLERANCE, 4 * FAR) for v in problem.vehicles])
    energy_limit = np.array([v.energy_limit_wh for v in problem.vehicles])
    has_energy = problem.energy_wh is not None and bool(np.isfinite(energy_limit).any())
    energy = np.zeros((1, 1)) if not has_energy or problem.energy_wh is None else problem.energy_wh
    worth = _worth(problem)
    penalty = np.array([min(problem.requests[r].penalty, 4.0 * worth) for r in units.request])
    time_weight = np.zeros(nodes) if problem.time_cost is None else problem.time_cost.astype(np.float64)
    pinned = set(units.vehicle)
    fixed = np.array([v.fixed_cost for v in problem.vehicles])
    if problem.vehicles_first:
        fixed += worth
    return ProblemArrays(
        hop=hop,
        cost=np.ascontiguousarray(problem.cost, dtype=np.float64),
        energy=np.ascontiguousarray(energy, dtype=np.float64),
        early=early,
        late=late,
        demand=np.ascontiguousarray(problem.demand, dtype=np.int32),
        partner=partner,
        ride=ride,
        time_weight=time_weight,
        unit_of=unit_of,
        unit_pick=pick,
        unit_drop=drop,
        unit_vehicle=np.array(units.vehicle, np.int32),
        unit_penalty=penalty,
        near=_near(problem, hop, early, late, pick, drop),
        capacity=np.array([v.capacity for v in problem.vehicles], np.int32),
        onboard=np.array([v.onboard or (0,) * kinds for v in problem.vehicles], np.int32),
        start=np.array([v.start for v in problem.vehicles], np.int32),
        end=np.array([v.end for v in problem.vehicles], np.int32),
        frozen=np.array([v.frozen for v in problem.vehicles], np.int32),
        duration=duration,
        energy_limit=energy_limit,
        fixed=fixed,
        kind=_kinds(problem, pinned),
        has_ride=int(bool((partner >= 0).any()) or bool((duration < FAR).any())),
        has_energy=int(has_energy),
        timed=int(bool(time_weight.any())),
    )


def _worth(problem: Problem) -> float:
    """More than any plan costs: what leaving out a request costs if nothing else is said."""
    longest = float(np.abs(problem.cost).max()) * (2 * len(problem.requests) + len(problem.vehicles) + 1)
    fixed = sum(v.fixed_cost for v in problem.vehicles)
    return max(1.0, 4.0 * (longest + fixed))


def _tighten(problem: Problem, hop: F64, early: F64, late: F64, ride: F64, pick: I32, drop: I32) -> None:
    starts = np.array(sorted({v.start for v in problem.vehicles}))
    ends = np.array(sorted({v.end for v in problem.vehicles}))
    stops = np.concatenate([drop, pick[pick >= 0]])
    reach = (early[starts][:, None] + hop[np.ix_(starts, stops)]).min(axis=0)
    leave = (late[ends][None, :] - hop[np.ix_(stops, ends)]).max(axis=1)
    early[stops] = np.maximum(early[stops], reach)
    late[stops] = np.minimum(late[stops], leave)
    both = pick >= 0
    p, d = pick[both], drop[both]
    for _ in range(2):
        early[d] = np.maximum(early[d], early[p] + hop[p, d])
        late[p] = np.minimum(late[p], late[d] - hop[p, d])
        early[p] = np.maximum(early[p], early[d] - ride[d])
        late[d] = np.minimum(late[d], late[p] + ride[d])


def _kinds(problem: Problem, pinned: set[int]) -> I32:
    """Vehicles between which a route may be moved without any change share a class."""
    classes: dict[object, int] = {}
    kinds = []
    for v, vehicle in enumerate(problem.vehicles):
        alone = v if vehicle.frozen > 0 or v in pinned else ABSENT
        kinds.append(classes.setdefault((vehicle, alone), len(classes)))
    return np.array(kinds, np.int32)


def _near(problem: Problem, hop: F64, early: F64, late: F64, pick: I32, drop: I32) -> I32:
    """For each unit the others by how cheaply a stop of one could follow a stop of the other."""
    count = drop.shape[0]
    cost = problem.cost
    best = np.full((count, count), np.inf)
    total = np.zeros((count, count))
    first = np.where(pick >= 0, pick, drop)
    for a in (first, drop):
        for b in (first, drop):
            pair = np.ix_(a, b)
            wait = early[b][None, :] - hop[pair] - late[a][:, None]
            miss = early[a][:, None] + hop[pair] - late[b][None, :]
            arc = cost[pair] + 0.2 * np.maximum(wait, 0.0) + 1.0 * np.maximum(miss, 0.0)
            arc = np.minimum(arc, arc.T)
            best = np.minimum(best, arc)
            total += arc
    related = best + 0.1 * total
    np.fill_diagonal(related, -np.inf)
    order = np.argsort(related, axis=1, kind="stable")[:, : min(count, NEAR_MAX)]
    return np.ascontiguousarray(order, dtype=np.int32)


def build_plan(problem: Problem, arrays: ProblemArrays, units: Units, plan: Plan) -> PlanArrays:
    """The arrays of a plan; raises ImproveError if a node is unknown, twice or without its pair."""
    vehicles = len(problem.vehicles)
    nodes = problem.travel_s.shape[0]
    kinds = problem.demand.shape[1]
    length = len(problem.requests) * 2 + 4 + max(v.frozen for v in problem.vehicles)
    made = PlanArrays(
        nodes=np.zeros((vehicles, length), np.uint32),
        size=np.zeros(vehicles, np.int32),
        units=np.zeros(vehicles, np.int32),
        first=np.zeros((vehicles, length)),
        last=np.zeros((vehicles, length)),
        drive=np.zeros((vehicles, length)),
        load=np.zeros((vehicles, length, kinds), np.int32),
        route_cost=np.zeros(vehicles),
        route_energy=np.zeros(vehicles),
        vehicle_of=np.full(nodes, ABSENT, np.int32),
        place_of=np.zeros(nodes, np.int32),
        open=np.ones(vehicles, np.uint8),
        absent=np.zeros(max(1, len(units.drop)), np.int32),
        tally=np.zeros(1, np.int64),
    )
    _check_plan(problem, plan)
    for v, route in enumerate(plan.routes):
        row = [problem.vehicles[v].start, *route, problem.vehicles[v].end]
        made.nodes[v, : len(row)] = row
        made.size[v] = len(row)
        refresh(arrays, made, v)
    out = [u for u, d in enumerate(units.drop) if made.vehicle_of[d] < 0]
    made.absent[: len(out)] = out
    made.tally[0] = len(out)
    return made


def forgive(problem: Problem, arrays: ProblemArrays, units: Units, plan: Plan) -> ProblemArrays:
    """The same problem with every limit that `plan` breaks widened to what the plan does, and no further.

    The world breaks promises (a delay, a fault); the improver must then work with the plan there is, and may
    not make it worse. Only stops on the plan's routes are looked at.
    """
    capacity, energy_limit = arrays.capacity.copy(), arrays.energy_limit.copy()
    duration, late, ride = arrays.duration.copy(), arrays.late.copy(), arrays.ride.copy()
    wide = arrays._replace(
        capacity=capacity, energy_limit=energy_limit, duration=duration, late=late, ride=ride
    )
    made = build_plan(problem, wide, units, plan)
    for v, route in enumerate(plan.routes):
        if not route or refresh(wide, made, v):
            continue
        path = [problem.vehicles[v].start, *route, problem.vehicles[v].end]
        clock = wide.early[path[0]]
        starts = {path[0]: clock}
        for a, b in pairwise(path):
            clock = max(clock + wide.hop[a, b], wide.early[b])
            starts[b] = clock
            late[b] = max(late[b], clock + TOLERANCE)
        capacity[v] = np.maximum(capacity[v], made.load[v, : len(path)].max(axis=0))
        energy_limit[v] = max(energy_limit[v], made.route_energy[v])
        if refresh(wide, made, v):
            continue
        duration[v] = max(duration[v], clock - starts[path[0]] + TOLERANCE)
        for d in route:
            if wide.partner[d] >= 0:
                ride[d] = max(ride[d], starts[d] - starts[int(wide.partner[d])] + TOLERANCE)
    return wide


def _check_plan(problem: Problem, plan: Plan) -> None:
    if len(plan.routes) != len(problem.vehicles):
        raise ImproveError(f"plan: {len(plan.routes)} routes for {len(problem.vehicles)} vehicles")
    where: dict[int, tuple[int, int]] = {}
    known = {x for r in problem.requests for x in (r.pickup, r.drop) if x is not None}
    for v, route in enumerate(plan.routes):
        for k, node in enumerate(route):
            if node in where:
                raise ImproveError(f"plan.routes[{v}][{k}]: node {node} is also in route {where[node][0]}")
            if node not in known and k >= problem.vehicles[v].frozen:
                raise ImproveError(
                    f"plan.routes[{v}][{k}]: node {node} belongs to no request and is not frozen"
                )
            where[node] = (v, k)
    for r, request in enumerate(problem.requests):
        at_drop = where.get(request.drop)
        if request.pickup is not None:
            at_pick = where.get(request.pickup)
            if (at_pick is None) != (at_drop is None) or (
                at_pick is not None
                and at_drop is not None
                and (at_pick[0] != at_drop[0] or at_pick[1] > at_drop[1])
            ):
                raise ImproveError(
                    f"requests[{r}]: pickup {request.pickup} and drop {request.drop} must be served by one "
                    "vehicle in that order, or both be left out"
                )
        if request.vehicle is not None and at_drop is not None and at_drop[0] != request.vehicle:
            raise ImproveError(f"requests[{r}]: is on vehicle {request.vehicle}, not in route {at_drop[0]}")


def read_plan(problem: Problem, units: Units, made: PlanArrays, cost: float) -> Plan:
    """The plan that the arrays hold."""
    routes = tuple(
        tuple(int(x) for x in made.nodes[v, 1 : made.size[v] - 1]) for v in range(len(problem.vehicles))
    )
    out = tuple(sorted(units.request[int(u)] for u in made.absent[: made.tally[0]]))
    return Plan(routes, out, cost)


def clone(made: PlanArrays) -> PlanArrays:
    """A second plan with memory of its own."""
    return made._replace(**{name: array.copy() for name, array in made._asdict().items()})


def build_workspace(problem: Problem, arrays: ProblemArrays, seed: int) -> Workspace:
    """Working memory for one search."""
    units = max(1, arrays.unit_drop.shape[0])
    vehicles = len(problem.vehicles)
    length = len(problem.requests) * 2 + 8 + max(v.frozen for v in problem.vehicles)
    state = (seed * 2654435761 + 0x9E3779B9) & 0xFFFFFFFF
    return Workspace(
        rng=np.array([state or 1], np.int64),
        trial_nodes=np.zeros(length, np.uint32),
        trial_start=np.zeros(length),
        further=np.zeros((vehicles, length)),
        promise=np.zeros((vehicles, length)),
        promise_of=np.zeros(vehicles),
        promise_at=np.zeros(vehicles, np.int32),
        promise_end=np.zeros(vehicles, np.int32),
        seen_kind=np.zeros(int(arrays.kind.max()) + 1, np.int64),
        stamp=np.zeros(2, np.int64),
        touched=np.zeros(vehicles, np.int32),
        touched_at=np.zeros(vehicles, np.int64),
        touched_count=np.zeros(1, np.int64),
        marked=np.zeros(units, np.uint8),
        key=np.zeros(units),
        missed=np.ones(units),
        weight=np.ones(units),
        counts=np.zeros(5, np.int64),
    )


def build_pool(arrays: ProblemArrays, seed: int, routes: int = 60_000, stops: int = 1_500_000) -> PoolArrays:
    """An empty pool for so many routes and stops."""
    chance = np.random.default_rng(seed)
    slots = 1
    while slots < 2 * routes:
        slots *= 2
    return PoolArrays(
        table=np.full(slots, ABSENT, np.int32),
        zobrist=chance.integers(0, 2**62, size=arrays.early.shape, dtype=np.int64),
        kind_bits=chance.integers(0, 2**62, size=(int(arrays.kind.max()) + 1,), dtype=np.int64),
        keys=np.zeros(routes, np.int64),
        cost=np.zeros(routes),
        vehicle=np.zeros(routes, np.int32),
        offset=np.zeros(routes, np.int64),
        length=np.zeros(routes, np.int32),
        stops=np.zeros(stops, np.int16),
        used=np.zeros(3, np.int64),
    )
