"""The twin: one dispatcher, vehicles that move, riders that come, under whatever clock drives it.

Everything happens in a queue of events in the order of time; the same seed gives the same day. A server
runs the same object against the clock on the wall by calling `run_until(now)` again and again.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.fleet_state import Mode
from fleet.dispatch.keeper import Keeper
from fleet.dispatch.shuttle import Shuttle
from fleet.errors import Conflict
from fleet.model.ride import Offer, RideState
from fleet.simulation.demand import Wish
from fleet.simulation.kpis import Tally
from fleet.simulation.movement import Body, Phase, begin_leg, leave_s
from fleet.simulation.script import Fault, Script

__all__ = ["Twin", "TwinRules"]

_QUEUE = {
    "weather": 0,
    "repair": 1,
    "vehicle": 2,
    "confirm": 3,
    "wish": 4,
    "fault": 5,
    "idle": 6,
    "improve": 7,
}
"""Order of events of the same second."""


@dataclass(frozen=True, slots=True)
class TwinRules:
    """How riders and the control of the day behave."""

    confirm_after_s: int = 5
    wait_s_max: int = 1500  # riders decline offers that let them wait longer
    idle_every_s: int = 120
    improve_every_s: int = 30
    improve_rounds: int = 300  # of the improver, so that a day does not depend on the machine; 0 for none
    improve_budget_s: float = 5.0
    auxiliary_w: float = 900.0  # lidar, computers and air conditioning


@dataclass(slots=True)
class Twin:
    """Vehicles and riders around one shuttle service."""

    shuttle: Shuttle
    wishes: list[Wish]
    script: Script = field(default_factory=Script)
    rules: TwinRules = field(default_factory=TwinRules)
    seed: int = 0
    now_s: int = 0
    tally: Tally = field(default_factory=Tally)
    bodies: list[Body] = field(default_factory=list)
    _events: list[tuple[int, int, int, str, object]] = field(default_factory=list)
    _count: int = 0
    _dirty: set[str] = field(default_factory=set)
    _no_shows: set[str] = field(default_factory=set)
    _keeper: Keeper | None = None

    def open(self, start_s: int) -> None:
        """Put every vehicle on duty that a supervisor can watch, and lay out the day."""
        state, control = self.shuttle.state, self.shuttle.control
        self.now_s = start_s
        self._keeper = Keeper(self.shuttle, self.seed)
        state.listeners.append(self._heard)
        for supervisor in state.service.supervision.supervisors:
            control.sign_in(supervisor, start_s)
        for v, duty in enumerate(state.duties):
            self.bodies.append(Body(v, int(state.plans.board.origin_loc[v])))
            try:
                control.require_watched(duty.id, start_s)
            except Conflict:
                continue
            self.shuttle.operations.start(duty.id, start_s)
            self.shuttle.operations.position(duty.id, self.bodies[v].location, start_s, start_s)
            self._at(start_s, "vehicle", (v, 0))
        for wish in self.wishes:
            self._at(max(wish.ask_s, start_s), "wish", wish)
        for at, conditions in self.script.weather:
            self._at(at, "weather", conditions)
        for fault in self.script.faults:
            self._at(fault.at_s, "fault", fault)
        self._at(start_s + self.rules.idle_every_s, "idle", None)
        if self.rules.improve_rounds:
            self._at(start_s + self.rules.improve_every_s, "improve", None)

    def run_until(self, until_s: int, progress: Callable[[int], None] | None = None) -> None:
        """Let everything happen that is due before `until_s`."""
        hour = self.now_s // 3600
        with self.shuttle.state.lock:
            self._wake_dirty()  # what was booked since the last call
        while self._events and self._events[0][0] < until_s:
            at, _, _, kind, what = heapq.heappop(self._events)
            self.now_s = max(self.now_s, at)
            if kind == "improve":
                self._on_improve(what)  # takes the lock only to look and to publish
                with self.shuttle.state.lock:
                    self._wake_dirty()
                continue
            with self.shuttle.state.lock:
                self.shuttle.quoting.expire(self.now_s)
                self.shuttle.operations.catch_up(self.now_s)
                getattr(self, f"_on_{kind}")(what)
                self._wake_dirty()
            if progress is not None and self.now_s // 3600 != hour:
                hour = self.now_s // 3600
                progress(self.now_s)
        self.now_s = max(self.now_s, until_s)
        with self.shuttle.state.lock:
            self.shuttle.operations.catch_up(self.now_s)

    def ask(self, wish: Wish) -> None:
        """A rider more, from now on."""
        self._at(max(wish.ask_s, self.now_s), "wish", wish)

    def _at(self, at_s: int, kind: str, what: object) -> None:
        self._count += 1
        heapq.heappush(self._events, (at_s, _QUEUE[kind], self._count, kind, what))

    def _heard(self, what: str, identity: str, _now_s: int) -> None:
        """The dispatcher changed something: the vehicles concerned look at their plans again."""
        state = self.shuttle.state
        if what in ("vehicle", "relocate"):
            self._dirty.add(identity)
        elif identity in state.rides:
            self._dirty.add(state.rides[identity].vehicle_id)

    def _wake_dirty(self) -> None:
        for identity in sorted(self._dirty):
            v = self.shuttle.state.plans.index.get(identity)
            if v is not None and (self.bodies[v].phase is Phase.WAITING or self._served_nobody(v)):
                self._wake(v, self.now_s)
        self._dirty.clear()

    def _served_nobody(self, v: int) -> bool:
        """Whether it stands at a stop for a ride that is in its plan no more."""
        board, body = self.shuttle.state.plans.board, self.bodies[v]
        return body.phase is Phase.SERVING and (board.size[v] == 0 or board.loc[v, 1] != body.location)

    def _wake(self, v: int, at_s: int) -> None:
        body = self.bodies[v]
        body.token += 1
        self._at(at_s, "vehicle", (v, body.token))

    def _on_wish(self, wish: object) -> None:
        assert isinstance(wish, Wish)
        self.tally.asked += 1
        began = time.perf_counter()
        answer = self.shuttle.quoting.quote(wish.request, self.now_s)
        self.tally.quote_ms.append((time.perf_counter() - began) * 1000)
        if not isinstance(answer, Offer):
            self.tally.refused[answer.reason] += 1
            return
        wait = answer.pickup_s - max(wish.request.at_s, self.now_s)
        if not wish.request.arrive_by and wait > self.rules.wait_s_max:
            self.tally.declined += 1
            self.shuttle.quoting.cancel(answer.ride_id, self.now_s, cause="declined")
            return
        if wish.no_show:
            self._no_shows.add(answer.ride_id)
        self._at(
            min(self.now_s + self.rules.confirm_after_s, answer.hold_until_s - 1), "confirm", answer.ride_id
        )

    def _on_confirm(self, ride_id: object) -> None:
        ride = self.shuttle.state.rides[str(ride_id)]
        if ride.state is RideState.HELD:
            self.shuttle.quoting.confirm(ride.id, self.now_s)

    def _on_weather(self, conditions: object) -> None:
        assert isinstance(conditions, Conditions)
        self.shuttle.domain.update(conditions, self.now_s)
        self.shuttle.control.share_out(self.now_s)

    def _on_fault(self, fault: object) -> None:
        assert isinstance(fault, Fault)
        state = self.shuttle.state
        v = state.plans.vehicle(fault.vehicle_id)
        if state.duties[v].mode is not Mode.SERVICE or state.duties[v].at_stop:
            return
        self.tally.faults += 1
        body = self.bodies[v]
        if body.phase is Phase.DRIVING:  # it comes to rest at the next place on its way
            body.location = body.passed[0][0]
            self._drove(body, body.passed[0][1])
            body.phase, body.passed = Phase.WAITING, []
        self.shuttle.operations.position(fault.vehicle_id, body.location, self.now_s, self.now_s)
        body.token += 1
        self.shuttle.control.stop(fault.vehicle_id, fault.cause, self.now_s, riders_leave=fault.riders_leave)
        self._at(self.now_s + fault.repair_s, "repair", fault)

    def _on_repair(self, fault: object) -> None:
        assert isinstance(fault, Fault)
        control = self.shuttle.control
        supervisor = control.require_watched(fault.vehicle_id, self.now_s)
        for alarm in control.queue():
            if alarm.vehicle_id == fault.vehicle_id:
                control.take(alarm.id, supervisor, self.now_s)
                control.resolve(alarm.id, supervisor, f"{fault.cause}: cleared", self.now_s)
        if self.shuttle.state.duty(fault.vehicle_id).mode is Mode.STOPPED:
            control.resume(fault.vehicle_id, supervisor, self.now_s)

    def _on_idle(self, _: object) -> None:
        assert self._keeper is not None
        self._keeper.direct(self.now_s)
        self._at(self.now_s + self.rules.idle_every_s, "idle", None)

    def _on_improve(self, _: object) -> None:
        assert self._keeper is not None
        done = self._keeper.improve(self.rules.improve_budget_s, self.now_s, self.rules.improve_rounds)
        if done is not None:
            self.tally.rounds += 1
            self.tally.gained += done.cost_before - done.cost_after
        self._at(self.now_s + self.rules.improve_every_s, "improve", None)

    def _on_vehicle(self, what: object) -> None:
        """A vehicle's own next moment: it sets out, passes a place, arrives, or has served its stop."""
        assert isinstance(what, tuple)
        v, token = what
        body = self.bodies[v]
        if token != body.token:
            return
        mode = self.shuttle.state.duties[v].mode
        if mode is Mode.STOPPED or mode is Mode.OFF:
            body.phase = Phase.WAITING
            return
        if body.phase is Phase.DRIVING:
            self._passes(body)
        elif body.phase is Phase.SERVING:
            self._served(body)
        else:
            self._set_out(body)

    def _set_out(self, body: Body) -> None:
        state = self.shuttle.state
        v = body.v
        leave = leave_s(state, body, self.now_s)
        if leave is None:
            if state.duties[v].mode is Mode.DRAWING_IN:
                state.set_mode(v, Mode.OFF, self.now_s, state.duties[v].cause)
                self.shuttle.control.release(state.duties[v].id)
                return
            target = state.duties[v].target
            if target < 0 or target == body.location:
                return  # rests until something changes
            leave = self.now_s
        else:
            target = int(state.plans.board.loc[v, 1])
        if leave > self.now_s:
            self._wake(v, leave)
            return
        if target == body.location:
            self._arrive(body)
            return
        if state.matrix.seconds[body.location, target] == 65_535:
            self._wake(v, self.now_s + 60)  # shut in by a closure: look again
            return
        begin_leg(state, body, target, self.now_s)
        self._look_ahead(body)

    def _look_ahead(self, body: Body) -> None:
        """Tell the dispatcher where this vehicle can next be sent elsewhere, and when."""
        location, at = body.passed[0]
        self.shuttle.operations.position(self.shuttle.state.duties[body.v].id, location, at, self.now_s)
        self._wake(body.v, at)

    def _passes(self, body: Body) -> None:
        state = self.shuttle.state
        location, at = body.passed.pop(0)
        self._drove_to(body, location, at)
        wanted = (
            int(state.plans.board.loc[body.v, 1])
            if state.plans.board.size[body.v]
            else state.duties[body.v].target
        )
        if wanted == body.target and body.passed:
            self._look_ahead(body)
            return
        body.phase = Phase.WAITING
        self.shuttle.operations.position(state.duties[body.v].id, location, self.now_s, self.now_s)
        if wanted == location and state.plans.board.size[body.v]:
            self._arrive(body)
        elif wanted < 0:
            body.target = -1
        else:
            self._set_out(body)

    def _drove_to(self, body: Body, location: int, at_s: int) -> None:
        state = self.shuttle.state
        metres = float(state.matrix.metres[body.location, location])
        on_board = int(state.plans.board.load[body.v, 0, 0])
        body.metres += metres
        body.rider_metres += metres * on_board
        if on_board == 0:
            body.empty_metres += metres
        self._spend(body, metres, at_s - body.from_s)
        body.location, body.from_s = location, at_s

    def _drove(self, body: Body, at_s: int) -> None:
        self._spend(body, 0.0, at_s - body.from_s)

    def _spend(self, body: Body, metres: float, seconds: int) -> None:
        state = self.shuttle.state
        duty = state.duties[body.v]
        spent = metres * duty.model.wh_per_km / 1000.0
        body.energy_wh += spent + self.rules.auxiliary_w * max(seconds, 0) / 3600.0
        state.set_charge(body.v, max(0.0, duty.charge_wh - spent))

    def _arrive(self, body: Body) -> None:
        """At the stop of the first task: riders board when it starts."""
        state = self.shuttle.state
        v = body.v
        duty = state.duties[v]
        self.shuttle.operations.arrived(duty.id, self.now_s)
        task = state.plans.tasks(v)[0]
        body.phase = Phase.SERVING
        self._wake(v, max(self.now_s, task.start_s) + task.dwell_s)

    def _served(self, body: Body) -> None:
        state = self.shuttle.state
        v = body.v
        duty = state.duties[v]
        tasks = state.plans.tasks(v)
        if not tasks or tasks[0].location != body.location:  # its ride was cancelled meanwhile
            duty.at_stop = False
            state.plans.board.fixed[v] = 0
            body.phase = Phase.WAITING
            self.shuttle.operations.position(duty.id, body.location, self.now_s, self.now_s)
            self._set_out(body)
            return
        task = tasks[0]
        if task.ride_id in self._no_shows and task.kind == "pickup":
            self._absent(body, task.ride_id)
            return
        if task.start_s + task.dwell_s > self.now_s:  # another ride stands first now
            self._wake(v, task.start_s + task.dwell_s)
            return
        if task.kind == "visit" and duty.mode is Mode.CHARGING:
            power = self._power(task.location)
            gained = min(duty.model.battery_wh - duty.charge_wh, power * task.dwell_s / 3600.0)
            self.shuttle.operations.charge(duty.id, duty.charge_wh + gained)
        self.shuttle.operations.done(duty.id, self.now_s)
        body.phase = Phase.WAITING
        self._set_out(body)

    def _absent(self, body: Body, ride_id: str) -> None:
        """Nobody is there: wait as long as is promised, then go on."""
        until = self.shuttle.quoting.waits_until(self.shuttle.state.rides[ride_id])
        if until is not None and self.now_s < until:
            self.shuttle.operations.lingers(self.shuttle.state.duties[body.v].id, until, self.now_s)
            self._wake(body.v, until)
            return
        if until is not None:
            self.shuttle.quoting.no_show(ride_id, self.now_s)
        body.phase = Phase.WAITING
        self._set_out(body)

    def _power(self, location: int) -> float:
        state = self.shuttle.state
        places = state.charger_locations()
        return state.service.chargers[places.index(location)].power_w if location in places else 0.0
