"""What vehicles do and what follows: on duty, under way, at a stop, boarding, charging, stopped, resumed."""

from __future__ import annotations

import msgspec

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.reasons import Reason
from fleet.dispatch.repair import Repair
from fleet.errors import Conflict, Invalid
from fleet.kernels.board_layout import NEVER
from fleet.model.ride import Breach, Ride, RideState

__all__ = ["Operations"]


class Operations:
    """Events from the road and from the control room. Safe to call from several threads."""

    def __init__(self, state: FleetState, repair: Repair) -> None:
        self._state = state
        self._repair = repair

    def start(self, vehicle_id: str, now_s: int, *, shift_end_s: int | None = None) -> None:
        """Put a vehicle on duty where it stands."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            duty = state.duties[v]
            if duty.mode is Mode.STOPPED:
                raise Conflict(
                    "stopped", f"vehicle {vehicle_id} has stopped ({duty.cause}). A supervisor must resume it"
                )
            end = NEVER if shift_end_s is None else state.plans.to_board(shift_end_s)
            state.plans.board.shift_end_s[v] = end
            state.plans.set_origin(v, int(state.plans.board.origin_loc[v]), now_s)
            duty.inspected_s = duty.inspected_s or now_s  # the first check before the first duty
            state.set_mode(v, Mode.SERVICE, now_s)

    def position(self, vehicle_id: str, location: int, at_s: int, now_s: int) -> list[Breach]:
        """The vehicle can next be sent elsewhere from `location` at `at_s`; the promises that this breaks."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            if not 0 <= location < len(state.matrix.seconds):
                raise Invalid(
                    "location", f"{location} is none of the zone's {len(state.matrix.seconds)} locations"
                )
            late = state.plans.set_origin(v, location, max(at_s, now_s))
            return self._repair.mend(v, now_s, "delay") if late else []

    def catch_up(self, now_s: int) -> list[Breach]:
        """Time has passed: no plan begins before now, stops that are due are fixed; the promises that breaks.

        To be called every second or so, and before plans are changed.
        """
        state, breaches = self._state, []
        with state.lock:
            for v in state.catch_up(now_s):
                halted = state.duties[v].mode in (Mode.STOPPED, Mode.OFF)  # mended as it stopped, or resumes
                if not halted and state.plans.lateness(v):
                    breaches += self._repair.mend(v, now_s, Reason.DELAY.value)
            return breaches

    def arrived(self, vehicle_id: str, now_s: int) -> None:
        """The vehicle stands at the stop of its first task: nothing is put before that any more."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            if state.plans.board.size[v] == 0:
                raise Conflict("no_task", f"vehicle {vehicle_id} has no task to arrive at")
            state.duties[v].at_stop = True
            state.plans.board.fixed[v] = 1
            state.plans.set_origin(v, int(state.plans.board.loc[v, 1]), now_s)

    def lingers(self, vehicle_id: str, until_s: int, now_s: int) -> list[Breach]:
        """The vehicle stays at the stop of its first task until `until_s`; the promises that this breaks.

        Boarding takes long, or nobody is there yet: whoever asks meanwhile must not be planned as if it had
        left.
        """
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            if not state.duties[v].at_stop:
                raise Conflict("not_at_stop", f"vehicle {vehicle_id} is at no stop of its plan")
            late = state.plans.stretch_first(v, until_s)
            return self._repair.mend(v, now_s, "long stop") if late else []

    def done(self, vehicle_id: str, now_s: int) -> Ride | None:
        """The first task of a vehicle is over, riders boarded or alighted or a visit ended.

        The ride it was.
        """
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            tasks = state.plans.tasks(v)
            if not tasks:
                raise Conflict("no_task", f"vehicle {vehicle_id} has no task to finish")
            task = tasks[0]
            after = None
            if task.ride_id:
                after = self._executed(state.rides[task.ride_id], task.kind, now_s)
            state.plans.finish_first(v, now_s)
            state.duties[v].at_stop = False
            state.plans.board.fixed[v] = 0
            if task.kind == "visit":
                self._visited(v, task.location, now_s)
            if after is not None:
                state.tell(str(after.state), after.id, now_s)
            if state.plans.lateness(v):
                self._repair.mend(v, now_s, "delay")
            return after

    def _visited(self, v: int, location: int, now_s: int) -> None:
        """A visit is over: what it was made for is done, and the vehicle takes riders again."""
        duty = self._state.duties[v]
        if duty.mode is Mode.INSPECTION and location == duty.depot:
            duty.inspected_s = now_s
        elif duty.mode is not Mode.CHARGING or location not in self._state.charger_locations():
            return
        self._state.set_mode(v, Mode.SERVICE, now_s)

    def _executed(self, ride: Ride, kind: str, now_s: int) -> Ride:
        """Write boarding or alighting down, with what of the promise it broke."""
        state = self._state
        rules, wheelchairs = state.service.promise, ride.request.party.wheelchairs
        if ride.state is RideState.HELD:
            raise Conflict(
                "not_confirmed", f"ride {ride.id} is only held; nobody may board. Confirm it first"
            )
        after = msgspec.structs.replace(ride)
        if kind == "pickup":
            after.move(RideState.ON_BOARD)
            at = after.pickup_s = now_s - rules.board_s - rules.wheelchair_s * wheelchairs
        else:
            after.move(RideState.COMPLETED)
            at = after.drop_s = now_s - rules.alight_s - rules.wheelchair_s * wheelchairs
        breaches = self._repair.executed(ride, kind, at, now_s)
        state.save([after], [], breaches)
        state.rides[ride.id] = after
        state.breaches += breaches
        return after

    def charge(self, vehicle_id: str, charge_wh: float) -> None:
        """What is in a vehicle's battery now; Invalid beyond what it can hold."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            capacity = state.duties[v].model.battery_wh
            if not 0 <= charge_wh <= capacity * 1.01:
                raise Invalid("charge_wh", f"{charge_wh} is not between 0 and {capacity:.0f}")
            state.set_charge(v, charge_wh)

    def send(
        self, vehicle_id: str, location: int, dwell_s: int, now_s: int, mode: Mode = Mode.SERVICE
    ) -> None:
        """Send a vehicle somewhere without riders when its plan is done (charging, inspection)."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            state.set_mode(v, mode, now_s)
            state.plans.visit(v, location, now_s, state.epoch_s + NEVER, dwell_s)

    def stop(self, vehicle_id: str, now_s: int, cause: str, *, riders_leave: bool) -> list[Breach]:
        """A minimal-risk stop: the vehicle stays, its waiting riders go to others.

        With `riders_leave` (it will not go on by itself) those on board are fetched by another vehicle, too.
        """
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            state.set_mode(v, Mode.STOPPED, now_s, cause)
            return self._repair.rescue(v, now_s, cause, on_board=riders_leave)

    def resume(self, vehicle_id: str, now_s: int) -> None:
        """A supervisor lets a stopped vehicle go on."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            if state.duties[v].mode is not Mode.STOPPED:
                raise Conflict(
                    "not_stopped", f"vehicle {vehicle_id} is {state.duties[v].mode}; nothing to resume"
                )
            state.set_mode(v, Mode.SERVICE, now_s)
            state.plans.set_origin(v, int(state.plans.board.origin_loc[v]), now_s)
            if state.plans.lateness(v):
                self._repair.mend(v, now_s, "stopped vehicle")

    def rest(self, vehicle_id: str, now_s: int, cause: str) -> None:
        """Bring the riders on board to their stops, then wait in the depot; later rides stay in the plan."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            state.set_mode(v, Mode.DRAWING_IN, now_s, cause)
            tasks = state.plans.tasks(v)
            on_board = [k for k, t in enumerate(tasks, 1) if self._aboard(t.ride_id)]
            at = max(on_board, default=1 if state.duties[v].at_stop and tasks else 0)
            state.plans.visit(v, state.duties[v].depot, now_s, state.epoch_s + NEVER, 0, at)
            if state.plans.lateness(v):
                self._repair.mend(v, now_s, cause)

    def _aboard(self, ride_id: str) -> bool:
        ride = self._state.rides.get(ride_id)
        return ride is not None and ride.state is RideState.ON_BOARD

    def draw_in(self, vehicle_id: str, now_s: int, cause: str) -> list[Breach]:
        """Finish the riders on board, take no others, go to the depot."""
        state = self._state
        with state.lock:
            v = state.plans.vehicle(vehicle_id)
            state.set_mode(v, Mode.DRAWING_IN, now_s, cause)
            breaches = self._repair.rescue(v, now_s, cause, on_board=False)
            state.plans.drop_visits(v)
            state.plans.visit(v, state.duties[v].depot, now_s, state.epoch_s + NEVER, 0)
            return breaches
