"""When the world breaks a promise: the plan that harms least, and an honest account of what was broken."""

from __future__ import annotations

import msgspec

from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.plans import Place
from fleet.dispatch.quoting import Quoting
from fleet.dispatch.reasons import Reason
from fleet.model.ride import Breach, Ride, RideState

__all__ = ["Repair"]

LATER_S = (0, 300, 900, 1800, 3600)
"""How much later a ride that lost its vehicle may become, tried in this order."""
_AGAIN_S = 60
"""A breach is reported again when it has grown by so much."""


class Repair:
    """Moves rides from plans that fail them. The caller holds the lock."""

    def __init__(self, state: FleetState, quoting: Quoting) -> None:
        self._state = state
        self._quoting = quoting
        self._told: dict[tuple[str, str], int] = {}

    def mend(self, v: int, now_s: int, cause: str) -> list[Breach]:
        """Give the waiting rides that plan `v` would break to vehicles that keep them.

        Report what remains.
        """
        state = self._state
        for ride_id in dict.fromkeys(ride_id for ride_id, _, _ in state.plans.lateness(v)):
            ride = state.rides[ride_id]
            if ride.state is RideState.HELD:
                self._quoting.end(ride, RideState.BROKEN, now_s, cause)
            elif ride.state is RideState.CONFIRMED and not self._boarding(ride, v):
                self._move(ride, v, now_s, (0,), cause)
        return self._report(v, now_s, cause)

    def rescue(self, v: int, now_s: int, cause: str, *, on_board: bool) -> list[Breach]:
        """Empty the plan of a vehicle that cannot go on; its riders go where they are harmed least.

        With `on_board` the riders in it are fetched from where it stands; without, they stay in its plan.
        A ride that no vehicle can take within an hour ends as broken.
        """
        state = self._state
        breaches: list[Breach] = []
        touched = {v}
        for ride_id in state.plans.rides_of(v):
            ride = state.rides[ride_id]
            if ride.state is RideState.HELD:
                self._quoting.end(ride, RideState.BROKEN, now_s, cause)
                continue
            if ride.state is RideState.ON_BOARD and not on_board:
                continue
            moved = self._move(ride, v, now_s, LATER_S, cause)
            if moved is not None:
                touched.add(moved)
                continue
            if ride.state is RideState.ON_BOARD:
                continue  # they stay on board until the vehicle is resumed or towed: late, not abandoned
            breaches.append(Breach(ride_id, "not_served", 0, cause, now_s))
            self._quoting.end(ride, RideState.BROKEN, now_s, cause)
        self.keep(breaches, now_s)
        for other in sorted(touched):
            breaches += self._report(other, now_s, cause)
        return breaches

    def executed(self, ride: Ride, kind: str, at_s: int, now_s: int) -> list[Breach]:
        """The last word on a promise: boarding or alighting took place at `at_s`."""
        due = ride.promise.pickup_until_s if kind == "pickup" else ride.promise.arrive_until_s
        name = "pickup" if kind == "pickup" else "arrival"
        told = self._told.pop((ride.id, name), 0)
        late = at_s - due
        if late > 0 and told == 0:
            return [Breach(ride.id, name, late, ride.cause or Reason.DELAY.value, now_s)]
        return []

    def _move(self, ride: Ride, v: int, now_s: int, later_s: tuple[int, ...], cause: str) -> int | None:
        """Move a ride to another vehicle, or leave it exactly where it stood; the vehicle that has it now."""
        state = self._state
        plans = state.plans
        pick, drop = plans.slots(ride.id, v)
        boarded = ride.state is RideState.ON_BOARD
        if boarded:  # fetched from where the vehicle stands, as soon as may be
            promise = msgspec.structs.replace(ride.promise, pickup_from_s=now_s, pickup_until_s=now_s + 900)
            asking = msgspec.structs.replace(ride, promise=promise)
        else:
            asking = msgspec.structs.replace(ride)
        place = int(plans.board.origin_loc[v]) if boarded else None
        taking = plans.board.taking[v]
        plans.board.taking[v] = 0
        row = None
        try:
            if not boarded:
                plans.take_out(ride.id, v)
            for later in later_s:
                ask = self._quoting.ask_again(asking, later, place)
                found = plans.best(ask, now_s)
                if found.vehicle[0] >= 0:
                    row = (ask, found)
                    break
            if row is None:
                if not boarded:
                    self._quoting.put_back(ride, Place(v, pick - 1, drop - 2))
                return None
            if boarded:
                plans.take_out(ride.id, v)
        finally:
            plans.board.taking[v] = taking
        moved = msgspec.structs.replace(asking, cause=cause, version=ride.version + 1)
        if boarded:
            moved.state = RideState.CONFIRMED  # waits at the roadside to board again
        self._quoting.rebind(moved, *row)
        target = plans.vehicle(moved.vehicle_id)
        if boarded:
            moved.promise = msgspec.structs.replace(moved.promise, arrive_until_s=ride.promise.arrive_until_s)
        state.save([moved], [v, target], [])
        state.rides[ride.id] = moved
        state.tell("moved", ride.id, now_s)
        return target

    def _boarding(self, ride: Ride, v: int) -> bool:
        """Whether the vehicle already stands at this ride's pickup."""
        return self._state.duties[v].at_stop and self._state.plans.slots(ride.id, v)[0] == 1

    def _report(self, v: int, now_s: int, cause: str) -> list[Breach]:
        """Record what a plan breaks: once for each promise, and again when it has grown."""
        state = self._state
        fresh = []
        for ride_id, kind, late in state.plans.lateness(v):
            key = (ride_id, "pickup" if kind == "pickup" else "arrival")
            if late >= self._told.get(key, 1 - _AGAIN_S) + _AGAIN_S:
                self._told[key] = late
                fresh.append(Breach(ride_id, key[1], late, cause, now_s))
        self.keep(fresh, now_s)
        return fresh

    def keep(self, breaches: list[Breach], now_s: int) -> None:
        """Write breaches down and tell of them."""
        if breaches:
            self._state.breaches += breaches
            self._state.save([], [], breaches)
            for breach in breaches:
                self._state.tell("breach", breach.ride_id, now_s)
