"""The same instances given to other tools; costs are judged by our checker afterwards, as ours are.

Integer tools get distances times SCALE, rounded. Ride-time limits exist in OR-Tools only; PyVRP and VROOM
are therefore left out where an instance has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from benchmarks.instances import Instance

SCALE = 1000
_FIXED = 10_000_000
_LEFT_OUT = 1_000_000_000

Routes = list[tuple[int, ...]]
Clock = Callable[[], float]


def by_ortools(instance: Instance, seconds: float, _: Clock) -> Routes | None:
    """OR-Tools routing: guided local search after parallel cheapest insertion, with disjunctions.

    Its limit is one of the wall's clock, whatever the clock of the others.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    nodes = len(instance.demand)
    manager = pywrapcp.RoutingIndexManager(nodes, instance.vehicles, 0)
    model = pywrapcp.RoutingModel(manager)
    travel = [[round(d * SCALE) for d in row] for row in instance.travel]
    service = [round(s * SCALE) for s in instance.service]

    def cost(a: int, b: int) -> int:
        return int(travel[manager.IndexToNode(a)][manager.IndexToNode(b)])

    def clock(a: int, b: int) -> int:
        here = manager.IndexToNode(a)
        return int(service[here] + travel[here][manager.IndexToNode(b)])

    def load(a: int) -> int:
        return int(instance.demand[manager.IndexToNode(a)])

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(cost))
    horizon = round(instance.depot_due * SCALE)
    limit = horizon if math.isinf(instance.duration_limit) else round(instance.duration_limit * SCALE)
    model.AddDimension(model.RegisterTransitCallback(clock), horizon, horizon, False, "time")
    model.AddDimension(model.RegisterUnaryTransitCallback(load), 0, instance.capacity, True, "load")
    if instance.vehicles_first:
        model.SetFixedCostOfAllVehicles(_FIXED)
    time = model.GetDimensionOrDie("time")
    for v in range(instance.vehicles):
        time.SetSpanUpperBoundForVehicle(min(limit, horizon), v)
    solver = model.solver()
    for node in range(1, nodes):
        index = manager.NodeToIndex(node)
        time.CumulVar(index).SetRange(round(instance.ready[node] * SCALE), round(instance.due[node] * SCALE))
    for pickup, delivery in instance.pairs:
        p, d = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        model.AddPickupAndDelivery(p, d)
        model.AddDisjunction([p], _LEFT_OUT)
        model.AddDisjunction([d], _LEFT_OUT)
        solver.Add(model.VehicleVar(p) == model.VehicleVar(d))
        solver.Add(time.CumulVar(p) <= time.CumulVar(d))
        if not math.isinf(instance.ride_limit):
            most = round(instance.ride_limit * SCALE) + service[pickup]
            solver.Add(time.CumulVar(d) - time.CumulVar(p) <= most)
    chosen = pywrapcp.DefaultRoutingSearchParameters()
    chosen.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    chosen.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    chosen.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(chosen)
    if found is None:
        return None
    routes: Routes = []
    for v in range(instance.vehicles):
        index, route = model.Start(v), []
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        if len(route) > 1:
            routes.append(tuple(route[1:]))
    return routes


def by_pyvrp(instance: Instance, seconds: float, clock: Clock) -> Routes | None:
    """PyVRP's shipments; a fixed cost a vehicle where fewer vehicles come first. Stops by `clock`."""
    if not math.isinf(instance.ride_limit):
        return None
    import pyvrp

    model = pyvrp.Model()
    places = [model.add_location(0, 0) for _ in instance.demand]
    depot = model.add_depot(places[0])
    model.add_vehicle_type(
        instance.vehicles, [instance.capacity], depot, depot,
        fixed_cost=_FIXED if instance.vehicles_first else 0,
        tw_early=round(instance.ready[0] * SCALE), tw_late=round(instance.depot_due * SCALE),
    )  # fmt: skip
    window = [(round(a * SCALE), round(b * SCALE)) for a, b in zip(instance.ready, instance.due, strict=True)]
    service = [round(s * SCALE) for s in instance.service]
    for p, d in instance.pairs:
        model.add_shipment(
            places[p], places[d], *window[p], service[p], *window[d], service[d], [instance.demand[p]],
            name=f"{p}",
        )  # fmt: skip
    for a, row in enumerate(instance.travel):
        for b, far in enumerate(row):
            if a != b:
                model.add_edge(places[a], places[b], round(far * SCALE), round(far * SCALE))
    end = clock() + seconds
    result = model.solve(lambda *_: clock() > end, seed=1, display=False)
    if not result.is_feasible():
        return None
    return [_nodes(route, instance) for route in result.best.routes()]


def _nodes(route: Any, instance: Instance) -> tuple[int, ...]:
    nodes = []
    for step in route:
        if step.is_pickup():
            nodes.append(instance.pairs[step.idx][0])
        elif step.is_delivery():
            nodes.append(instance.pairs[step.idx][1])
    return tuple(nodes)


def by_vroom(instance: Instance, seconds: float, _: Clock) -> Routes | None:
    """VROOM at its highest exploration level; it ends by itself, mostly long before `seconds`."""
    if not math.isinf(instance.ride_limit):
        return None
    import numpy as np
    import vroom

    scale = 100  # VROOM's arithmetic is 32 bit
    travel = np.rint(instance.travel * scale).astype(np.uint32)
    problem = vroom.Input()
    problem.set_durations_matrix("car", travel)
    problem.set_costs_matrix("car", travel)
    window = [
        vroom.TimeWindow(int(np.ceil(a * scale)), int(b * scale))
        for a, b in zip(instance.ready, instance.due, strict=True)
    ]
    fixed = 1_000_000 if instance.vehicles_first else 0
    day = vroom.TimeWindow(int(instance.ready[0] * scale), int(instance.depot_due * scale))
    for v in range(instance.vehicles):
        problem.add_vehicle(
            vroom.Vehicle(
                v, start=0, end=0, capacity=[instance.capacity], time_window=day,
                costs=vroom.VehicleCosts(fixed=fixed),
            )
        )  # fmt: skip
    for p, d in instance.pairs:
        ends = [
            vroom.ShipmentStep(
                n, n, default_service=round(instance.service[n] * scale), time_windows=[window[n]]
            )
            for n in (p, d)
        ]
        problem.add_shipment(ends[0], ends[1], vroom.Amount([instance.demand[p]]))
    answer = problem.solve(exploration_level=5, nb_threads=1, timeout=_timedelta(seconds))
    steps = answer.routes
    steps = steps[steps["type"].isin(["pickup", "delivery"])]
    return [tuple(int(n) for n in one["location_index"]) for _, one in steps.groupby("vehicle_id", sort=True)]


def _timedelta(seconds: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=seconds)


PEERS: dict[str, Callable[[Instance, float, Clock], Routes | None]] = {
    "ortools": by_ortools, "pyvrp": by_pyvrp, "vroom": by_vroom,
}  # fmt: skip
