"""`python -m benchmarks.manhattan --json`: ten thousand riders of Manhattan online, 200 vehicles of 8 seats.

Three ways to dispatch under the same travel times, promises, movement and riders, one after the other:

- ours: exact insertion at once, plans improved while it runs, idle vehicles sent to forecast demand;
- insertion: the same exact insertion alone;
- batch: requests gathered for 30 s, then vehicles matched with single riders and pairs of riders by an
  integer program over the feasible trips, after Alonso-Mora et al. (2017). Our own implementation, in the
  manner of FleetPy; riders that were given a vehicle once are not given another one.

Riders of the data have no times: they are spread evenly (Poisson) over `--hours`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.dispatch.best_known import DATA
from fleet.dispatch.ports import Closure, Matrix
from fleet.dispatch.shuttle import Shuttle
from fleet.model.ride import End, Offer, RideRequest, RideState
from fleet.model.service import (
    Charger,
    Depot,
    Hours,
    Objective,
    PromiseRules,
    ShuttleService,
    Stop,
    Supervision,
    VehicleModel,
    VehicleUnit,
)
from fleet.simulation.demand import Wish
from fleet.simulation.twin import Twin, TwinRules

EPOCH = 1_795_532_400  # 2026-11-25 00:00 in Tokyo
START = EPOCH + 8 * 3600
BATCH_S = 30
PACE_M_S = 20 / 3.6
"""Arcs agree with the coordinates as metres; vehicles drive them at 20 km/h."""
_NEAREST = 25
"""Vehicles that are tried for a rider in a batch, the nearest first."""


class RoadWays:
    """Shortest times between all junctions of the instance."""

    def __init__(self, folder: Path) -> None:
        place = np.loadtxt(folder / "Manhattan.xy", skiprows=1)
        arcs = np.loadtxt(folder / "Manhattan.d", skiprows=1)
        n = len(place)
        graph = csr_matrix((arcs[:, 2], (arcs[:, 0].astype(int), arcs[:, 1].astype(int))), shape=(n, n))
        metres = np.minimum(dijkstra(graph), 65_535)
        self._seconds = np.ceil(metres / PACE_M_S).astype(np.uint16)
        self._metres = np.ceil(metres).astype(np.uint16)
        self.lat, self.lon = 40.7 + place[:, 1] * 0.009, -74.0 + place[:, 2] * 0.012

    def with_depots(self, nodes: list[int]) -> RoadWays:
        """The same with more locations at some junctions (depots and chargers follow the stops)."""
        at = np.concatenate((np.arange(len(self.lat)), nodes)).astype(np.int64)
        fresh = object.__new__(RoadWays)
        fresh._seconds = np.ascontiguousarray(self._seconds[np.ix_(at, at)])
        fresh._metres = np.ascontiguousarray(self._metres[np.ix_(at, at)])
        fresh.lat, fresh.lon = self.lat[at], self.lon[at]
        return fresh

    def matrix(self, speed_share: float = 1.0, closures: tuple[Closure, ...] = ()) -> Matrix:
        """Times and ways."""
        del speed_share, closures
        return Matrix(self._seconds, self._metres)

    def via(self, start: int, end: int) -> list[int]:
        """Vehicles are redirected at their stops only, alike for all."""
        return [start, end]

    def line(self, start: int, end: int) -> list[tuple[float, float]]:
        """Straight there."""
        return [(float(self.lat[k]), float(self.lon[k])) for k in (start, end)]


class NoWalks:
    """Riders stand at junctions."""

    def stops_near(self, lat: float, lon: float, limit_s: int, count: int) -> list[tuple[int, int]]:
        """Nobody walks."""
        del lat, lon, limit_s, count
        return []

    def on_map(self, lat: float, lon: float) -> bool:
        """Everything is on the map."""
        return bool(lat and lon)


def open_city(ways: RoadWays, drivers: list[int], wait_s: int) -> Shuttle:
    """The service: every junction a stop, every driver where the instance puts them."""
    stops = tuple(
        Stop(f"n{k}", {"en": f"{k}"}, float(a), float(b))
        for k, (a, b) in enumerate(zip(ways.lat, ways.lon, strict=True))
    )
    home = drivers[0]
    service = ShuttleService(
        id="manhattan",
        name={"en": "Manhattan"},
        timezone="Asia/Tokyo",
        zone=((-75.0, 40.0), (-73.0, 40.0), (-73.0, 42.0), (-75.0, 42.0)),
        stops=stops,
        depots=(Depot("depot", {"en": "depot"}, stops[home].lat, stops[home].lon),),
        chargers=(Charger("charger", stops[home].lat, stops[home].lon, 50_000.0, 200),),
        models=(VehicleModel("cab", 8, battery_wh=10_000_000.0),),
        vehicles=tuple(VehicleUnit(f"v{k}", "cab", "depot") for k in range(len(drivers))),
        hours=(Hours((0, 1, 2, 3, 4, 5, 6, 7), "00:00", "24:00"),),
        promise=PromiseRules(wait_s_max=wait_s, pickup_slack_s=300, hold_s=60, board_s=20, alight_s=10),
        objective=Objective(km=0.0, wh=0.0, empty_km=0.0),
        supervision=Supervision(1000, ("control",)),
        inspection_every_s=10**8,
    )
    city = Shuttle.open(service, ways.with_depots([home, home]), NoWalks(), epoch_s=EPOCH)
    for v, node in enumerate(drivers):
        city.state.plans.board.origin_loc[v] = node
    return city


@dataclass(slots=True)
class BatchTwin(Twin):
    """Riders wait for the next batch; a rider whom no batch could serve in time goes away."""

    pending: list[Wish] = field(default_factory=list)
    solve_s: list[float] = field(default_factory=list)

    def _on_wish(self, wish: object) -> None:
        assert isinstance(wish, Wish)
        self.tally.asked += 1
        self.pending.append(wish)

    def _on_improve(self, _: object) -> None:
        with self.shuttle.state.lock:
            begun = time.perf_counter()
            self._match()
            self.solve_s.append(time.perf_counter() - begun)
            self._wake_dirty()
        self._at(self.now_s + BATCH_S, "improve", None)

    def _match(self) -> None:
        late_s = self.shuttle.state.service.promise.wait_s_max
        alive = [w for w in self.pending if w.request.at_s + late_s > self.now_s]
        self.tally.refused["not_in_time"] += len(self.pending) - len(alive)
        self.pending = alive
        trips = self._trips()
        chosen = _choose(trips, len(self.pending))
        served: set[int] = set()
        for v, members in chosen:
            for k in members:
                if self._book(v, self.pending[k]):
                    served.add(k)
        self.pending = [w for k, w in enumerate(self.pending) if k not in served]

    def _book(self, v: int, wish: Wish) -> bool:
        """Quote and confirm on one vehicle alone."""
        board = self.shuttle.state.plans.board
        others = board.taking.copy()
        board.taking[:] = 0
        board.taking[v] = others[v]
        try:
            answer = self.shuttle.quoting.quote(self._asked_now(wish), self.now_s)
        finally:
            board.taking[:] = others
        if not isinstance(answer, Offer):
            return False
        self.shuttle.quoting.confirm(answer.ride_id, self.now_s)
        return True

    def _asked_now(self, wish: Wish) -> RideRequest:
        return RideRequest(
            wish.request.origin,
            wish.request.destination,
            self.now_s,
            party=wish.request.party,
            rider=wish.request.rider,
        )

    def _trips(self) -> list[tuple[int, tuple[int, ...], float]]:
        """Feasible (vehicle, riders, cost) with one rider or two; cost in the objective's seconds."""
        state = self.shuttle.state
        board = state.plans.board
        found: list[tuple[int, tuple[int, ...], float]] = []
        near: dict[int, list[int]] = {}
        for k, wish in enumerate(self.pending):
            at = state.stop_location(wish.request.origin.stop_id)
            there = state.matrix.seconds[board.origin_loc, at].astype(np.int64) + np.maximum(
                board.origin_s + state.epoch_s - self.now_s, 0
            )
            for v in np.argsort(there, kind="stable")[:_NEAREST].tolist():
                near.setdefault(v, []).append(k)
        for v, riders in near.items():
            alone: dict[int, float] = {}
            for k in riders:
                cost = self._price(v, (k,))
                if cost is not None:
                    alone[k] = cost
                    found.append((v, (k,), cost))
            for pair in combinations(sorted(alone, key=lambda k: alone[k])[:5], 2):
                cost = self._price(v, pair)
                if cost is not None:
                    found.append((v, pair, cost))
        return found

    def _price(self, v: int, members: tuple[int, ...]) -> float | None:
        """Cost of adding riders to plan `v` one after the other; None if they do not fit. Changes nothing."""
        state = self.shuttle.state
        board = state.plans.board
        taking = board.taking.copy()
        board.taking[:] = 0
        board.taking[v] = taking[v]
        total, held = 0.0, []
        try:
            for k in members:
                request = self._asked_now(self.pending[k])
                ends = [
                    state.asks.candidates(request, e, 0, 1) for e in (request.origin, request.destination)
                ]
                ask = state.asks.ask(
                    request, ends[0], ends[1], state.matrix, state.duties[0].model, self.now_s, state.epoch_s
                )
                if ask is None:
                    return None
                best = state.plans.best(ask, self.now_s)
                if best.vehicle[0] < 0:
                    return None
                total += float(best.cost[0])
                if k != members[-1]:
                    answer = self.shuttle.quoting.quote(request, self.now_s)
                    if not isinstance(answer, Offer):
                        return None
                    held.append(answer.ride_id)
            return total
        finally:
            board.taking[:] = taking
            for ride_id in held:
                self.shuttle.quoting.cancel(ride_id, self.now_s)
                del state.rides[ride_id]


def _choose(
    trips: list[tuple[int, tuple[int, ...], float]], riders: int
) -> list[tuple[int, tuple[int, ...]]]:
    """The trips that serve most riders at the least cost: one a vehicle, each rider once."""
    if not trips:
        return []
    model = cp_model.CpModel()
    take = [model.new_bool_var(f"t{t}") for t in range(len(trips))]
    by_vehicle: dict[int, list[int]] = {}
    by_rider: dict[int, list[int]] = {}
    for t, (v, members, _) in enumerate(trips):
        by_vehicle.setdefault(v, []).append(t)
        for k in members:
            by_rider.setdefault(k, []).append(t)
    for group in (*by_vehicle.values(), *by_rider.values()):
        model.add_at_most_one(take[t] for t in group)
    left_out = 1_000_000
    model.minimize(sum((int(c) - left_out * len(m)) * take[t] for t, (_, m, c) in enumerate(trips)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 5.0
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    del riders
    return [(trips[t][0], trips[t][1]) for t in range(len(trips)) if solver.value(take[t])]


def read_wishes(folder: Path, count: int, hours: float, seed: int) -> list[Wish]:
    """The first riders of the instance, at random moments."""
    ends = np.loadtxt(folder / "Manhattan.2.reqs", dtype=np.int64)[:count]
    at = np.sort(np.random.default_rng(seed).integers(0, int(hours * 3600), len(ends))) + START
    return [
        Wish(int(t), RideRequest(End(stop_id=f"n{a}"), End(stop_id=f"n{b}"), int(t), rider=str(t)))
        for t, (_, a, b) in zip(at, ends.tolist(), strict=True)
        if a != b
    ]


def run(
    policy: str, ways: RoadWays, wishes: list[Wish], drivers: list[int], options: argparse.Namespace
) -> dict[str, Any]:
    """One day under one policy."""
    city = open_city(ways, drivers, options.wait_s)
    city.control.sign_in("control", START)
    rules = TwinRules(
        wait_s_max=10**6, confirm_after_s=1, improve_every_s=BATCH_S,
        improve_rounds=1 if policy == "batch" else (options.rounds if policy == "ours" else 0),
        improve_budget_s=20.0, idle_every_s=120 if policy == "ours" else 10**7,
    )  # fmt: skip
    twin = (BatchTwin if policy == "batch" else Twin)(city, list(wishes), rules=rules, seed=1)
    begun = time.perf_counter()
    twin.open(START)
    for v, body in enumerate(twin.bodies):
        body.location = drivers[v]
        city.operations.position(city.state.duties[v].id, drivers[v], START, START)
    twin.run_until(START + int(options.hours * 3600) + 2 * 3600)
    took = time.perf_counter() - begun
    done = [r for r in city.state.rides.values() if r.state is RideState.COMPLETED]
    waits = np.array([r.pickup_s - int(r.request.rider) for r in done])
    rides = np.array([r.drop_s - r.pickup_s for r in done])
    driven_s = sum(body.metres for body in twin.bodies) / PACE_M_S
    quotes = twin.tally.timing() if policy != "batch" else {}
    return {
        "policy": policy,
        "asked": len(wishes),
        "served": len(done),
        "served_share": round(len(done) / len(wishes), 4),
        "wait_s": round(float(waits.mean())),
        "ride_s": round(float(rides.mean())),
        "travel_s_each": round(float((waits + rides).mean())),
        "driven_h": round(driven_s / 3600, 1),
        "driven_s_each": round(driven_s / max(1, len(done))),
        "breaches": len(city.state.breaches),
        "compute_s": round(took, 1),
        "real_time_share": round(took / (options.hours * 3600), 4),
        "batch_s_max": round(max(twin.solve_s), 2) if isinstance(twin, BatchTwin) else None,
        **quotes,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.manhattan", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--vehicles", type=int, default=200)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--wait-s", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=300, help="of the improver each half minute")
    parser.add_argument("--policies", default="ours,insertion,batch")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    folder = DATA / "manhattan"
    ways = RoadWays(folder)
    drivers = np.loadtxt(folder / "Manhattan.drv", dtype=np.int64)[: options.vehicles, 1].tolist()
    wishes = read_wishes(folder, options.requests, options.hours, 1)
    for policy in options.policies.split(","):
        figures = run(policy, ways, wishes, drivers, options) | {"load": round(os.getloadavg()[0], 1)}
        print(json.dumps(figures) if options.json else figures, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
