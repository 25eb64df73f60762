"""A rider on board and a supervisor speak by voice: who calls, who answers, when it is over.

Two browsers send the sound to each other (WebRTC); what passes here is how they find each other: one offer
and one answer, each a session description (RFC 8866) with its candidates. No sound comes here and none is
kept. A rider is heard only after having called or accepted. Kept in memory, one call a vehicle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.reasons import Reason
from fleet.dispatch.supervision import ControlRoom
from fleet.errors import Conflict, Invalid
from fleet.model.ride import Ride, RideState

__all__ = ["DESCRIPTION_MAX", "GONE_S", "RINGS_S", "Call", "Calls", "Side"]

DESCRIPTION_MAX = 8_000
RINGS_S = 60
"""So long a call waits for an answer."""
GONE_S = 20
"""Who has not asked for the call so long has gone, and the call with them."""
_SEVERITY = 2


class Side(StrEnum):
    """Who speaks."""

    RIDER = "rider"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Call:
    """One call; without an answer it rings."""

    number: int
    vehicle_id: str
    ride_id: str
    supervisor: str  # "" while a rider's call rings
    caller: Side
    began_s: int
    offer: str
    answer: str
    seen_s: tuple[int, int]  # when the rider and the supervisor last asked for it


class Calls:
    """The calls of all vehicles. Safe to call from several threads."""

    def __init__(self, state: FleetState, control: ControlRoom) -> None:
        self._state = state
        self._control = control
        self._calls: dict[str, Call] = {}
        self._number = 0

    def call_supervisor(self, ride_id: str, offer: str, now_s: int) -> Call:
        """A rider on board calls, which is an alarm; Conflict unless on board, or while another speaks."""
        with self._state.lock:
            ride = self._on_board(ride_id)
            call = self._begin(ride, Side.RIDER, "", offer, now_s)
            self._control.raise_alarm(ride.vehicle_id, Reason.RIDER_CALLS.value, _SEVERITY, now_s)
            return call

    def call_rider(self, vehicle_id: str, ride_id: str, supervisor: str, offer: str, now_s: int) -> Call:
        """A supervisor on shift asks one rider of a vehicle to speak; Conflict if that cannot be."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            self._on_shift(supervisor)
            ride = self._on_board(ride_id)
            if ride.vehicle_id != vehicle_id:
                raise Conflict("not_on_board", f"ride {ride_id} is on board of {ride.vehicle_id}")
            return self._begin(ride, Side.SUPERVISOR, supervisor, offer, now_s)

    def accept(self, ride_id: str, answer: str, now_s: int) -> Call:
        """The rider accepts the supervisor's call; Conflict if there is none."""
        with self._state.lock:
            call = self.of_ride(ride_id, now_s)
            return self._answered(call, Side.SUPERVISOR, answer)

    def take(self, vehicle_id: str, supervisor: str, answer: str, now_s: int) -> Call:
        """A supervisor on shift answers a rider's call; Conflict if there is none or another was quicker."""
        with self._state.lock:
            self._on_shift(supervisor)
            call = self.of_vehicle(vehicle_id, now_s)
            return self._answered(call, Side.RIDER, answer, supervisor)

    def of_ride(self, ride_id: str, now_s: int) -> Call | None:
        """The call of this ride, for its rider, who is there by asking; nothing of others."""
        with self._state.lock:
            ride = self._state.rides.get(ride_id)
            call = None if ride is None else self._going_on(ride.vehicle_id, now_s)
            if call is None or call.ride_id != ride_id:
                return None
            return self._kept(replace(call, seen_s=(now_s, call.seen_s[1])))

    def of_vehicle(self, vehicle_id: str, now_s: int) -> Call | None:
        """The call of a vehicle, for the control room, which is there by asking."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            call = self._going_on(vehicle_id, now_s)
            return None if call is None else self._kept(replace(call, seen_s=(call.seen_s[0], now_s)))

    def hang_up(self, ride_id: str) -> None:
        """The rider ends or declines it; nothing to end is no fault."""
        with self._state.lock:
            for vehicle_id in [v for v, call in self._calls.items() if call.ride_id == ride_id]:
                del self._calls[vehicle_id]

    def end(self, vehicle_id: str) -> None:
        """The control room ends or declines it; nothing to end is no fault."""
        with self._state.lock:
            self._state.plans.vehicle(vehicle_id)
            self._calls.pop(vehicle_id, None)

    def _begin(self, ride: Ride, caller: Side, supervisor: str, offer: str, now_s: int) -> Call:
        _check("offer", offer)
        if self._going_on(ride.vehicle_id, now_s) is not None:
            raise Conflict("busy", f"vehicle {ride.vehicle_id}: somebody is being spoken to. Write instead")
        self._number += 1
        seen = (now_s, now_s)
        return self._kept(
            Call(self._number, ride.vehicle_id, ride.id, supervisor, caller, now_s, offer, "", seen)
        )

    def _answered(self, call: Call | None, caller: Side, answer: str, supervisor: str = "") -> Call:
        _check("answer", answer)
        if call is None or call.caller is not caller or call.answer:
            raise Conflict("no_call", "there is no call to answer any more")
        return self._kept(replace(call, answer=answer, supervisor=supervisor or call.supervisor))

    def _going_on(self, vehicle_id: str, now_s: int) -> Call | None:
        """What has not ended: by the ride, by nobody answering, by somebody gone without a word."""
        call = self._calls.get(vehicle_id)
        if call is None:
            return None
        ride = self._state.rides.get(call.ride_id)
        rode = ride is not None and ride.state is RideState.ON_BOARD and ride.vehicle_id == vehicle_id
        quiet = now_s - min(call.seen_s) > GONE_S if call.answer else now_s - call.began_s > RINGS_S
        if rode and not quiet:
            return call
        del self._calls[vehicle_id]
        return None

    def _kept(self, call: Call) -> Call:
        self._calls[call.vehicle_id] = call
        return call

    def _on_board(self, ride_id: str) -> Ride:
        ride = self._state.rides.get(ride_id)
        if ride is None or ride.state is not RideState.ON_BOARD:
            raise Conflict("not_on_board", f"ride {ride_id}: nobody of it is on board now")
        return ride

    def _on_shift(self, supervisor: str) -> None:
        if supervisor not in self._control.on_shift:
            raise Conflict("not_on_shift", f"supervisor {supervisor} is not on shift")


def _check(name: str, description: str) -> None:
    """A session description of sound alone."""
    if len(description) > DESCRIPTION_MAX:
        raise Invalid(name, f"has {len(description)} letters, at most {DESCRIPTION_MAX}")
    kinds = [line.split()[0] for line in description.splitlines() if line.startswith("m=") and line.split()]
    if not description.startswith("v=0") or kinds != ["m=audio"]:
        raise Invalid(name, "is no session description of sound alone (RFC 8866)")
