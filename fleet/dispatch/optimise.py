"""Better plans while the service runs: a snapshot is improved aside and published vehicle by vehicle.

The snapshot is taken under the lock, improved without it, and laid back if none of the changed vehicles has
been given another plan meanwhile; a request that comes between wins. What was promised are hard windows of
the snapshot, so no better plan can break it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.plans import Task
from fleet.improve import Plan, Problem, Request, Vehicle, improve, rider_time_cost
from fleet.kernels.board_layout import NEVER
from fleet.model.ride import Ride, RideState

__all__ = ["Optimiser", "Round"]

VEHICLES_MAX = 100
LATER_SHARE = 0.25
"""A round puts a pickup later than planned by at most this share of the time left until then.

Who is fetched within minutes has been told when, and is on the way to the stop; a rider of next hour has not.
"""
_FAR_S = 1e6


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of improvement came to; cost in the objective's seconds."""

    vehicles: int
    rides: int
    cost_before: float
    cost_after: float
    published: int  # vehicles whose plan changed


def _latest_s(task: Task, now_s: int) -> int:
    """The latest start that a round may give a task; one that is late already becomes no later."""
    latest_s = max(task.late_s, task.start_s)
    if task.kind != "pickup":
        return latest_s
    return min(latest_s, task.start_s + int(LATER_SHARE * max(task.start_s - now_s, 0)))


@dataclass(slots=True)
class _Snapshot:
    problem: Problem
    plan: Plan
    vehicles: list[int]
    versions: list[int]
    tasks: list[Task]  # node -> task, for the nodes that are tasks
    on_board: list[tuple[int, ...]]


class Optimiser:
    """Improves the plans of a zone's busiest neighbourhood, again and again."""

    def __init__(self, state: FleetState, seed: int = 0) -> None:
        self._state = state
        self._random = np.random.default_rng(seed)
        self._interrupt = threading.Event()
        self._at_work: frozenset[int] = frozenset()

    def interrupt(self) -> None:
        """End the running round early; what it found so far is published."""
        self._interrupt.set()

    def taken(self, v: int) -> None:
        """A request was put into the plan of vehicle `v`: a round that works on an older one ends early."""
        if v in self._at_work:
            self.interrupt()

    def run_once(
        self,
        budget_s: float,
        now_s: int,
        *,
        rounds_max: int | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Round | None:
        """One round: snapshot, improve, publish; None if there is nothing to improve.

        `rounds_max` instead of time makes the outcome depend on the seed alone.
        """
        self._interrupt.clear()
        with self._state.lock:
            self._state.catch_up(now_s)
            snapshot = self._snapshot(now_s)
            self._at_work = frozenset(snapshot.vehicles if snapshot else ())
        if snapshot is None:
            return None

        def stop() -> bool:
            return self._interrupt.is_set() or (should_stop is not None and should_stop())

        before = self._cost(snapshot.problem, snapshot.plan)
        better = improve(
            snapshot.problem,
            snapshot.plan,
            budget_s,
            should_stop=stop,
            seed=int(self._random.integers(2**31)),
            rounds_max=rounds_max,
        )
        after = self._cost(snapshot.problem, better)
        published = 0
        self._at_work = frozenset()
        if after < before - 1e-6 and not better.unserved:
            with self._state.lock:
                published = self._publish(snapshot, better, now_s)
        rides = len(snapshot.problem.requests)
        return Round(len(snapshot.vehicles), rides, before, after if published else before, published)

    def _neighbourhood(self) -> list[int]:
        """Up to VEHICLES_MAX vehicles in service around a random busy one."""
        state = self._state
        board = state.plans.board
        busy = [
            v
            for v, duty in enumerate(state.duties)
            if duty.mode is Mode.SERVICE and (board.size[v] > 0 or board.taking[v])
        ]
        with_rides = [v for v in busy if board.size[v] > 0]
        if not with_rides:
            return []
        if len(busy) <= VEHICLES_MAX:
            return busy
        centre = int(self._random.choice(with_rides))
        seconds = state.matrix.seconds[board.origin_loc[centre], board.origin_loc[busy]]
        return sorted(int(busy[k]) for k in np.argsort(seconds, kind="stable")[:VEHICLES_MAX])

    def _snapshot(self, now_s: int) -> _Snapshot | None:
        state = self._state
        board = state.plans.board
        vehicles = self._neighbourhood()
        if not vehicles:
            return None
        tasks: list[Task] = []
        where: list[int] = []
        routes: list[tuple[int, ...]] = []
        first_of: dict[str, int] = {}
        requests: list[Request] = []
        starts: list[Vehicle] = []
        base = 2 * len(vehicles)
        for k, v in enumerate(vehicles):
            route = []
            plan = state.plans.tasks(v)
            for task in plan:
                node = base + len(tasks)
                tasks.append(task)
                where.append(task.location)
                route.append(node)
                if task.kind == "pickup":
                    first_of[task.ride_id] = node
                elif task.kind == "visit":
                    requests.append(Request(drop=node, vehicle=k))
                else:
                    pick = first_of.get(task.ride_id)
                    limit = float(task.ride_s_max) if pick is not None and task.ride_s_max < NEVER else np.inf
                    requests.append(Request(node, pick, None if pick is not None else k, limit))
            routes.append(tuple(route))
            frozen = self._frozen(v, plan)
            energy = float(board.usable_wh[v]) / max(float(board.wh_per_m[v]), 1e-9)
            starts.append(
                Vehicle(
                    2 * k,
                    2 * k + 1,
                    tuple(board.capacity[v].tolist()),
                    tuple(board.change[v, 0].tolist()),
                    frozen,
                    energy_limit_wh=energy,
                )
            )
        if len(requests) < 2:
            return None
        problem = self._problem(vehicles, starts, tasks, where, requests, now_s)
        on_board = [tuple(board.change[v, 0].tolist()) for v in vehicles]
        versions = [int(board.version[v]) for v in vehicles]
        return _Snapshot(problem, Plan(tuple(routes)), vehicles, versions, tasks, on_board)

    def _frozen(self, v: int, plan: list[Task]) -> int:
        """Leading tasks that stay: where it stands, what is due, visits, and all that is planned before."""
        fixed = int(self._state.plans.board.fixed[v])
        return max(fixed, max((k + 1 for k, t in enumerate(plan) if t.kind == "visit"), default=0))

    def _problem(
        self,
        vehicles: list[int],
        starts: list[Vehicle],
        tasks: list[Task],
        where: list[int],
        requests: list[Request],
        now_s: int,
    ) -> Problem:
        """Times relative to now; energy in metres, so that one matrix serves vehicles of every kind."""
        state = self._state
        board, epoch, goal = state.plans.board, state.epoch_s, state.service.objective
        ends = np.column_stack((board.origin_loc[vehicles], board.home[vehicles])).ravel()
        at = np.concatenate((ends, np.array(where, np.int64))).astype(np.int64)
        seconds = state.matrix.seconds[np.ix_(at, at)].astype(np.float64)
        metres = state.matrix.metres[np.ix_(at, at)].astype(np.float64)
        is_end = np.zeros(len(at), bool)
        is_end[1 : 2 * len(vehicles) : 2] = True
        cost = goal.drive * seconds + state.weights.metre * metres
        cost[:, is_end] = 0.0  # the way home is not part of a plan's price
        to_charger = state.plans.ground.charger_m[at].astype(np.float64)
        metres[:, is_end] = to_charger[:, None]
        begin = (board.origin_s[vehicles] + epoch - now_s).astype(np.float64)  # past only at a stop
        early = np.concatenate((np.column_stack((begin, begin)).ravel(), [t.early_s - now_s for t in tasks]))
        shift = np.minimum(board.shift_end_s[vehicles].astype(np.float64) + epoch - now_s, _FAR_S)
        late = np.concatenate(
            (np.column_stack((begin, shift)).ravel(), [_latest_s(t, now_s) - now_s for t in tasks])
        )
        demand = np.zeros((len(at), board.change.shape[2]), np.int32)
        for k, task in enumerate(tasks):
            demand[2 * len(vehicles) + k] = task.change or 0
        service = np.concatenate((np.zeros(2 * len(vehicles)), [float(t.dwell_s) for t in tasks]))
        problem = Problem(
            seconds,
            cost,
            service,
            np.maximum(early, -_FAR_S),
            np.minimum(late, _FAR_S),
            demand,
            tuple(requests),
            tuple(starts),
            energy_wh=metres,
        )
        weights = rider_time_cost(problem, goal.wait, goal.ride)
        return Problem(
            seconds,
            cost,
            service,
            problem.earliest_s,
            problem.latest_s,
            demand,
            problem.requests,
            problem.vehicles,
            energy_wh=metres,
            time_cost=weights,
        )

    def _cost(self, problem: Problem, plan: Plan) -> float:
        """The objective of a plan with earliest starts; what the board itself will make of it."""
        total = 0.0
        weights = problem.time_cost if problem.time_cost is not None else np.zeros(len(problem.service_s))
        for vehicle, route in zip(problem.vehicles, plan.routes, strict=True):
            t, here = problem.earliest_s[vehicle.start], vehicle.start
            for node in route:
                total += problem.cost[here, node]
                t = max(t + problem.service_s[here] + problem.travel_s[here, node], problem.earliest_s[node])
                total += weights[node] * t
                here = node
        return float(total)

    def _publish(self, snapshot: _Snapshot, better: Plan, now_s: int) -> int:
        """Lay the changed plans, all or none: a ride that moved must leave one plan as it enters another."""
        state = self._state
        base = 2 * len(snapshot.vehicles)
        changed = [
            k for k, (a, b) in enumerate(zip(snapshot.plan.routes, better.routes, strict=True)) if a != b
        ]
        for k in changed:
            v = snapshot.vehicles[k]
            if state.plans.board.version[v] != snapshot.versions[k]:
                return 0
            stays = int(state.plans.board.fixed[v])  # it may have arrived meanwhile
            if better.routes[k][:stays] != snapshot.plan.routes[k][:stays]:
                return 0
        room = state.plans.board.loc.shape[1] - 1
        if any(len(better.routes[k]) > room for k in changed):
            return 0  # the improver knows no such limit; laid half, the plans would be lost
        before = {k: state.plans.tasks(snapshot.vehicles[k]) for k in changed}
        late_before = sum(len(state.plans.lateness(snapshot.vehicles[k])) for k in changed)
        self._lay(snapshot, {k: [snapshot.tasks[n - base] for n in better.routes[k]] for k in changed})
        if sum(len(state.plans.lateness(snapshot.vehicles[k])) for k in changed) > late_before:
            self._lay(snapshot, before)  # the world moved on meanwhile; the plan as it was is the safer one
            return 0
        moved = self._follow(snapshot, changed, now_s)
        state.save(moved, [snapshot.vehicles[k] for k in changed], [])
        return len(changed)

    def _lay(self, snapshot: _Snapshot, plans: dict[int, list[Task]]) -> None:
        state = self._state
        for k in plans:
            state.plans.lay(snapshot.vehicles[k], [], snapshot.on_board[k])
        for k, tasks in plans.items():
            state.plans.lay(snapshot.vehicles[k], tasks, snapshot.on_board[k])

    def _follow(self, snapshot: _Snapshot, changed: list[int], now_s: int) -> list[Ride]:
        """Let rides know the vehicle that has them now, and vehicles that their plans are other ones."""
        state = self._state
        moved = []
        for k in changed:
            v = snapshot.vehicles[k]
            for ride_id in state.plans.rides_of(v):
                ride = state.rides[ride_id]
                if ride.vehicle_id != state.duties[v].id:
                    ride.vehicle_id = state.duties[v].id
                    ride.pickup_s, ride.drop_s = state.plans.times(ride_id, v)
                    ride.version += 1
                    moved.append(ride)
                    state.tell("moved", ride_id, now_s)
            state.duties[v].target = -1
            state.tell("vehicle", state.duties[v].id, now_s)
        return [r for r in moved if r.state is not RideState.HELD]
