"""Rides: what is asked, what is promised, what becomes of it. Instants are epoch seconds."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fleet.errors import Conflict

__all__ = [
    "PROMISES",
    "Alternative",
    "Breach", "End", "Leg", "Offer", "Party", "PlanRow", "Promise", "Refusal", "Ride", "RideRequest",
    "RideState",
]  # fmt: skip


class RideState(StrEnum):
    """Where a ride stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    ON_BOARD = "on_board"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    BROKEN = "broken"  # the operator could not keep it, and no other vehicle could either

    @property
    def open(self) -> bool:
        """Whether it still stands in a plan."""
        return self in (RideState.HELD, RideState.CONFIRMED, RideState.ON_BOARD)


_NEXT: dict[RideState, tuple[RideState, ...]] = {
    RideState.HELD: (RideState.CONFIRMED, RideState.CANCELLED, RideState.EXPIRED, RideState.BROKEN),
    RideState.CONFIRMED: (RideState.ON_BOARD, RideState.CANCELLED, RideState.NO_SHOW, RideState.BROKEN),
    RideState.ON_BOARD: (RideState.COMPLETED, RideState.BROKEN),
}


class Party(msgspec.Struct, frozen=True):
    """Who and what travels together."""

    adults: int = 1
    children: int = 0
    infants: int = 0  # on a lap
    wheelchairs: int = 0  # riders in wheelchairs, beside the adults and children
    luggage: int = 0
    prams: int = 0
    pets: int = 0

    @property
    def riders(self) -> int:
        """Persons who take a place."""
        return self.adults + self.children + self.wheelchairs


class End(msgspec.Struct, frozen=True):
    """One end of a ride: a position, or a stop by its id."""

    lat: float = 0.0
    lon: float = 0.0
    stop_id: str = ""
    name: str = ""


class RideRequest(msgspec.Struct, frozen=True):
    """A wish to travel: leave at `at_s` or later, or arrive by it."""

    origin: End
    destination: End
    at_s: int
    arrive_by: bool = False
    party: Party = Party()
    walk_s_max: int | None = None  # the service's own bound if left out
    wheelchair_stops: bool = False  # only stops that a wheelchair can use, also without one in the party
    rider: str = ""  # opaque to the fleet
    booked_by: str = ""  # who asks for the rider: a call-taker, a family member
    not_before_s: int | None = None  # arrive by: the rider cannot be at the stop before
    standing: str = ""  # "order@day" where a standing order made it


class Promise(msgspec.Struct, frozen=True):
    """What the rider was told, as instants that no later plan may break."""

    pickup_from_s: int
    pickup_until_s: int
    arrive_until_s: int
    ride_s_max: int


class Leg(msgspec.Struct, frozen=True):
    """A ride between two stops with the walks at its ends."""

    pickup_stop: str
    drop_stop: str
    walk_to_s: int
    walk_from_s: int
    direct_s: int
    direct_m: int


class Offer(msgspec.Struct, frozen=True):
    """A seat that is really held until `hold_until_s`."""

    ride_id: str
    vehicle_id: str
    pickup_s: int
    drop_s: int
    leg: Leg
    promise: Promise
    price_minor: int
    currency: str
    hold_until_s: int
    detour_s: int  # driving that the ride adds to the plan


class Alternative(msgspec.Struct, frozen=True):
    """Something near to what was asked that would work now; nothing is held for it."""

    kind: str  # later | earlier | longer_walk | smaller_party
    pickup_s: int
    drop_s: int
    pickup_stop: str
    drop_stop: str
    walk_s: int


class Refusal(msgspec.Struct, frozen=True):
    """No vehicle can: why, by number of vehicles, and the nearest that would work."""

    reason: str
    vehicles: dict[str, int]
    alternatives: tuple[Alternative, ...] = ()


PROMISES = ("pickup", "arrival", "ride_time", "not_served")
"""What can be broken of what a rider was promised, as breaches name it."""


class Breach(msgspec.Struct, frozen=True):
    """A promise that the world broke: which, by how much, why, known since when."""

    ride_id: str
    kind: str  # one of PROMISES
    late_s: int
    cause: str
    known_s: int


class PlanRow(msgspec.Struct, frozen=True):
    """A vehicle's plan as it is written down: its tasks in order."""

    vehicle_id: str
    version: int
    tasks: tuple[tuple[str, str], ...]  # (pickup | drop, ride id) or (visit, location)


class Ride(msgspec.Struct):
    """One ride from hold to completion. `version` grows with every change of its state or promise."""

    id: str
    request: RideRequest
    leg: Leg
    promise: Promise
    price_minor: int
    currency: str
    state: RideState
    hold_until_s: int
    vehicle_id: str = ""
    pickup_s: int = 0  # planned, then actual
    drop_s: int = 0
    version: int = 0
    cause: str = ""

    def move(self, state: RideState) -> None:
        """Go on to `state`; Conflict if it does not follow from where the ride stands."""
        if state not in _NEXT.get(self.state, ()):
            raise Conflict(
                f"ride_{self.state}",
                f"ride {self.id}: it is {self.state}, so it cannot become {state}. Ask for its state",
            )
        self.state = state
        self.version += 1
