"""Rebalancing tours: a van takes bikes from full docks to empty ones, as many as its time allows.

One-commodity pickup and delivery with OR-Tools routing: every dock is a stop that loads or unloads its
surplus; a stop that is left out costs what its riders would miss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

__all__ = ["Stop", "plan_tours"]

_MISSED_S = 1800
"""A bike that is not moved costs as much as half an hour of driving."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a tour: bikes loaded (+) or unloaded (-)."""

    dock: int
    bikes: int
    arrive_s: int


def plan_tours(
    surplus: list[int],
    seconds: npt.NDArray[np.int64],
    *,
    vans: int,
    capacity: int,
    budget_s: int,
    handling_s: int = 30,
    solve_s: float = 1.0,
) -> list[list[Stop]]:
    """Tours of `vans` that start and end empty at place 0.

    surplus: bikes too many (+) or too few (-) at each dock 1.. (index 0 is the depot, 0); seconds: driving
    between all places, (docks, docks). Every bike is a stop of its own for the solver, so that a part of a
    dock's surplus can be moved; stops at the same dock are put together again.
    """  # fmt: skip
    pieces = [(0, 0)]
    for dock, bikes in enumerate(surplus):
        while bikes:
            part = 1 if bikes > 0 else -1
            pieces.append((dock, part))
            bikes -= part
    if len(pieces) == 1:
        return [[] for _ in range(vans)]
    manager = pywrapcp.RoutingIndexManager(len(pieces), vans, 0)
    model = pywrapcp.RoutingModel(manager)

    def drive(a: int, b: int) -> int:
        here, there = pieces[manager.IndexToNode(a)], pieces[manager.IndexToNode(b)]
        return int(seconds[here[0], there[0]]) + handling_s * abs(int(here[1]))

    def load(a: int) -> int:
        return int(pieces[manager.IndexToNode(a)][1])

    transit = model.RegisterTransitCallback(drive)
    model.SetArcCostEvaluatorOfAllVehicles(transit)
    model.AddDimension(transit, 0, budget_s, True, "time")
    model.AddDimension(model.RegisterUnaryTransitCallback(load), 0, capacity, True, "bikes")
    bikes = model.GetDimensionOrDie("bikes")
    for van in range(vans):
        model.solver().Add(bikes.CumulVar(model.End(van)) == 0)
    for node in range(1, len(pieces)):
        model.AddDisjunction([manager.NodeToIndex(node)], _MISSED_S * abs(pieces[node][1]))
    chosen = pywrapcp.DefaultRoutingSearchParameters()
    chosen.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    chosen.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    chosen.time_limit.FromMilliseconds(int(solve_s * 1000))
    found = model.SolveWithParameters(chosen)
    if found is None:
        return [[] for _ in range(vans)]
    clock = model.GetDimensionOrDie("time")
    tours = []
    for van in range(vans):
        index = found.Value(model.NextVar(model.Start(van)))
        tour: list[Stop] = []
        while not model.IsEnd(index):
            dock, moved = pieces[manager.IndexToNode(index)]
            if tour and tour[-1].dock == dock and tour[-1].bikes * moved > 0:
                tour[-1] = Stop(dock, tour[-1].bikes + moved, tour[-1].arrive_s)
            else:
                tour.append(Stop(dock, moved, int(found.Min(clock.CumulVar(index)))))
            index = found.Value(model.NextVar(index))
        tours.append(tour)
    return tours
