"""What the dispatcher holds of its zone: plans, rides, vehicles, and the one lock around them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
import numpy as np

from fleet.dispatch.asks import Asks
from fleet.dispatch.plans import Plans
from fleet.dispatch.ports import Closure, Journal, Matrix, NoJournal, TravelTimes, Walks
from fleet.errors import Unknown
from fleet.kernels.board_layout import NEVER, Weights
from fleet.model.ride import Breach, PlanRow, Ride
from fleet.model.service import ShuttleService, VehicleModel

__all__ = ["DUE_S", "Duty", "FleetState", "Mode", "build_state"]

DUE_S = 30
"""A stop that begins within so many seconds is due: nothing is put before it, and no round moves it away."""


class Mode(StrEnum):
    """What a vehicle may do."""

    OFF = "off"  # in its depot, not on duty
    SERVICE = "service"
    DRAWING_IN = "drawing_in"  # finishes riders on board, then goes to its depot
    CHARGING = "charging"
    INSPECTION = "inspection"  # on its way to, or in, a break in its depot
    STOPPED = "stopped"  # minimal-risk stop: a supervisor must resume it


@dataclass(slots=True)
class Duty:
    """A vehicle as the dispatcher sees it; instants in epoch seconds."""

    id: str
    model: VehicleModel
    depot: int  # location
    mode: Mode = Mode.OFF
    charge_wh: float = 0.0
    at_stop: bool = False  # stands at the stop of its first task
    target: int = -1  # where it idles to, -1 for nowhere
    since_s: int = 0  # when its mode last changed
    cause: str = ""
    inspected_s: int = 0


@dataclass(slots=True)
class FleetState:
    """Everything that the parts of the dispatcher share. Hold `lock` to read or write."""

    service: ShuttleService
    ways: TravelTimes
    asks: Asks
    plans: Plans
    matrix: Matrix
    weights: Weights
    journal: Journal
    duties: list[Duty]
    epoch_s: int
    rides: dict[str, Ride] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    closures: tuple[Closure, ...] = ()
    speed_share: float = 1.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    listeners: list[Callable[[str, str, int], None]] = field(default_factory=list)
    counter: int = 0
    suspended: str = ""  # why nobody is served now: what is outside the operational design domain
    holds: list[tuple[int, str]] = field(default_factory=list)  # heap of (end, ride)
    token: Callable[[], str] | None = None  # of new rides, where nobody may guess their ids

    def new_ride_id(self, now_s: int) -> str:
        """An id that no other ride has; without `token` the same seed gives the same ids."""
        self.counter += 1
        tail = f"{now_s:x}-{self.counter}" if self.token is None else self.token()
        return f"{self.service.id}-{tail}"

    def forget(self, now_s: int, keep_s: int) -> int:
        """Drop what ended `keep_s` ago or more from memory (the journal keeps it); how many rides."""
        with self.lock:
            over = [
                ride.id
                for ride in self.rides.values()
                if not ride.state.open and max(ride.drop_s, ride.hold_until_s) + keep_s < now_s
            ]
            for ride_id in over:
                del self.rides[ride_id]
            self.breaches = [b for b in self.breaches if b.known_s + keep_s >= now_s]
            return len(over)

    def catch_up(self, now_s: int) -> list[int]:
        """Bring the plans up to `now_s`, see `Plans.catch_up`; the vehicles whose times changed."""
        standing = np.fromiter((duty.at_stop for duty in self.duties), np.bool_, len(self.duties))
        return self.plans.catch_up(now_s, standing, DUE_S)

    def planned(self, ride: Ride) -> tuple[int, int]:
        """When a ride begins and ends by the live plan, or did; epoch seconds."""
        with self.lock:
            ride = self.rides.get(ride.id, ride)
            if not ride.state.open:
                return ride.pickup_s, ride.drop_s
            pickup_s, drop_s = self.plans.times(ride.id, self.plans.vehicle(ride.vehicle_id))
        return pickup_s or ride.pickup_s, drop_s

    def ride(self, ride_id: str) -> Ride:
        """A ride by its id; Unknown if there is none."""
        try:
            return self.rides[ride_id]
        except KeyError:
            raise Unknown("ride", ride_id) from None

    def duty(self, vehicle_id: str) -> Duty:
        """A vehicle's duty by its id; Unknown if there is none."""
        return self.duties[self.plans.vehicle(vehicle_id)]

    def stop_location(self, stop_id: str) -> int:
        """The location of a stop; Unknown if there is none."""
        for k, stop in enumerate(self.service.stops):
            if stop.id == stop_id:
                return k
        raise Unknown("stop", stop_id)

    def location_id(self, location: int) -> str:
        """The id of the stop, depot or charger at a location."""
        service = self.service
        for places in (service.stops, service.depots, service.chargers):
            if location < len(places):
                return str(places[location].id)
            location -= len(places)
        return ""

    def charger_locations(self) -> list[int]:
        """The locations of the chargers."""
        first = len(self.service.stops) + len(self.service.depots)
        return list(range(first, first + len(self.service.chargers)))

    def save(self, rides: list[Ride], vehicles: list[int], breaches: list[Breach]) -> None:
        """Write rides, the plans of vehicles and breaches down; NotOwner if the zone was taken over."""
        self.journal.save(rides, [self.plan_row(v) for v in vehicles], breaches)

    def plan_row(self, v: int) -> PlanRow:
        """A vehicle's plan as it is written down."""
        tasks = tuple((t.kind, t.ride_id or str(t.location)) for t in self.plans.tasks(v))
        return PlanRow(self.duties[v].id, int(self.plans.board.version[v]), tasks)

    def tell(self, what: str, identity: str, now_s: int) -> None:
        """Let listeners know that something happened to a ride or vehicle."""
        for listener in self.listeners:
            listener(what, identity, now_s)

    def set_mode(self, v: int, mode: Mode, now_s: int, cause: str = "") -> None:
        """Change what a vehicle may do; only vehicles in service take new riders."""
        duty = self.duties[v]
        if duty.mode is not mode:
            duty.mode, duty.since_s, duty.cause = mode, now_s, cause
            self.tell("vehicle", duty.id, now_s)
        self.plans.board.taking[v] = 1 if mode is Mode.SERVICE else 0

    def set_charge(self, v: int, charge_wh: float) -> None:
        """What is in the battery of a vehicle at its origin."""
        duty = self.duties[v]
        duty.charge_wh = charge_wh
        reserve = duty.model.reserve_share * duty.model.battery_wh
        self.plans.board.usable_wh[v] = max(0.0, charge_wh - reserve)


def build_state(
    service: ShuttleService,
    ways: TravelTimes,
    walks: Walks,
    *,
    epoch_s: int,
    journal: Journal | None = None,
) -> FleetState:
    """The state of a zone at the start of its day: every vehicle full, in its depot, off duty.

    Locations of `ways` must be the service's stops, depots and chargers in that order, then any others.
    `epoch_s` is what board seconds count from: the start of the service day.
    """
    models = {m.id: m for m in service.models}
    seats_each = max(m.wheelchair_seats for m in service.models)
    stops = len(service.stops)
    depots = {d.id: stops + k for k, d in enumerate(service.depots)}
    duties = [
        Duty(u.id, msgspec.structs.replace(models[u.model], wheelchair_seats=seats_each), depots[u.depot])
        for u in service.vehicles
    ]
    capacity = np.array(
        [(d.model.seats, d.model.wheelchair_places, d.model.luggage_places) for d in duties], np.int16
    )
    matrix = ways.matrix()
    weights = _weights(service)
    plans = Plans([d.id for d in duties], capacity, matrix, epoch_s, weights)
    state = FleetState(
        service,
        ways,
        Asks(service, walks),
        plans,
        matrix,
        weights,
        journal or NoJournal(),
        duties,
        epoch_s,
    )
    plans.use(matrix, state.charger_locations())
    board = plans.board
    for v, duty in enumerate(duties):
        board.origin_loc[v] = board.home[v] = duty.depot
        board.wh_per_m[v] = duty.model.wh_per_km / 1000.0
        board.shift_end_s[v] = NEVER
        state.set_charge(v, duty.model.battery_wh)
    plans.settle_all()
    return state


def _weights(service: ShuttleService) -> Weights:
    goal = service.objective
    wh_per_m = sum(m.wh_per_km for m in service.models) / len(service.models) / 1000.0
    return Weights(
        goal.drive, goal.km / 1000.0 + goal.wh * wh_per_m, goal.wait, goal.ride, goal.walk, goal.delay
    )
