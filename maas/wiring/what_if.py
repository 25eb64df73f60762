"""What would come of a change, before it is made: the twin of this very moment, run ahead twice.

A copy of the fleet is opened as the next owner of the zone would open it: every ride that is owed and every
plan as it stands, vehicles where they are. One copy goes on as things are, the other with the change; both
meet the same riders. Nothing of the real fleet is touched, and nothing is written down.
"""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.fleet_state import Mode
from fleet.errors import Conflict, Invalid
from fleet.model.ride import Breach, PlanRow, Ride, RideState
from fleet.model.service import ShuttleService
from fleet.simulation.demand import Wish, model_demand
from fleet.simulation.twin import Twin, TwinRules
from maas.wiring.live import LiveFleet
from maas.wiring.zone import open_zone

__all__ = ["Change", "Foreseen", "Outcome", "foresee"]

HORIZON_S_MAX = 4 * 3600
VEHICLES_MORE_MAX = 20
_RULES = TwinRules(improve_rounds=60, improve_every_s=300, improve_budget_s=0.5)
_TWIN = "what-if"


@dataclass(frozen=True, slots=True)
class Change:
    """What is thought of; None leaves the conditions as they are."""

    conditions: Conditions | None = None
    vehicles_more: int = 0
    horizon_s: int = 3600
    riders_per_day: int = 0  # of the demand that comes by itself; none where 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures of one future, and the promises to real riders that it breaks (ride -> breach)."""

    figures: dict[str, Any]
    broken: dict[str, Breach]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Both futures from one moment, and the rides that only the change harms or spares."""

    from_s: int
    until_s: int
    now: Outcome
    changed: Outcome

    @property
    def harmed(self) -> list[Breach]:
        """Promises that stand as things are and would be broken."""
        return [b for ride, b in sorted(self.changed.broken.items()) if ride not in self.now.broken]

    @property
    def spared(self) -> list[Breach]:
        """Promises that will be broken as things are and would be kept."""
        return [b for ride, b in sorted(self.now.broken.items()) if ride not in self.changed.broken]


class _Copy:
    """A journal that hands over what it was made with and keeps nothing."""

    def __init__(self, rides: list[Ride], rows: list[PlanRow]) -> None:
        self._rides, self._rows = rides, rows

    def save(self, rides: list[Ride], plans: list[PlanRow], breaches: list[Breach]) -> None:
        """Nothing of a future is written down."""

    def load(self) -> tuple[list[Ride], list[PlanRow]]:
        """Copies, so that one future does not change the other's rides."""
        return [msgspec.structs.replace(ride) for ride in self._rides], list(self._rows)


@dataclass(frozen=True, slots=True)
class _Moment:
    """The real fleet as it stands at an instant."""

    now_s: int
    rides: list[Ride]
    rows: list[PlanRow]
    spots: list[tuple[str, Mode, int, int, float]]  # id, mode, location, free from, charge
    conditions: Conditions


_one_at_a_time = threading.Lock()


def foresee(fleet: LiveFleet, change: Change) -> Foreseen:
    """Run both futures. Raises Invalid, and Conflict while another one is being run."""
    _check(change)
    if not _one_at_a_time.acquire(blocking=False):
        raise Conflict("busy", "another what-if is being run. Ask again when it has ended")
    try:
        moment = _moment(fleet)
        wishes = _wishes(fleet.service, change, moment.now_s)
        as_is = dataclasses.replace(change, conditions=moment.conditions, vehicles_more=0)
        changed = dataclasses.replace(change, conditions=change.conditions or moment.conditions)
        until = moment.now_s + change.horizon_s
        now = _run(fleet, moment, as_is, wishes, until)
        return Foreseen(moment.now_s, until, now, _run(fleet, moment, changed, wishes, until))
    finally:
        _one_at_a_time.release()


def _check(change: Change) -> None:
    for name, value, most in (
        ("horizon_s", change.horizon_s, HORIZON_S_MAX),
        ("vehicles_more", change.vehicles_more, VEHICLES_MORE_MAX),
        ("riders_per_day", change.riders_per_day, 100_000),
    ):
        if not 0 <= value <= most:
            raise Invalid(name, f"{value} is not between 0 and {most}")


def _moment(fleet: LiveFleet) -> _Moment:
    state = fleet.shuttle.state
    with state.lock:
        board = state.plans.board
        rides = [msgspec.structs.replace(ride) for ride in state.rides.values() if ride.state.open]
        for ride in rides:
            if ride.state is RideState.HELD:  # whoever holds a seat is reckoned to want it
                ride.state = RideState.CONFIRMED
        return _Moment(
            fleet.now_s(),
            rides,
            [state.plan_row(v) for v in range(len(state.duties))],
            [
                (d.id, d.mode, int(board.origin_loc[v]), int(board.origin_s[v]) + state.epoch_s, d.charge_wh)
                for v, d in enumerate(state.duties)
            ],
            fleet.shuttle.domain.conditions,
        )


def _wishes(service: ShuttleService, change: Change, now_s: int) -> list[Wish]:
    if not change.riders_per_day:
        return []
    today = datetime.fromtimestamp(now_s, ZoneInfo(service.timezone)).date()
    drawn = model_demand(service, today, change.riders_per_day, seed=1)
    return [wish for wish in drawn if now_s < wish.ask_s < now_s + change.horizon_s]


def _run(fleet: LiveFleet, moment: _Moment, change: Change, wishes: list[Wish], until_s: int) -> Outcome:
    area = dataclasses.replace(fleet.area, shuttle=_with_more(fleet.service, change.vehicles_more))
    shuttle = open_zone(area, moment.now_s, journal=_Copy(moment.rides, moment.rows))
    twin = Twin(shuttle, [_marked(wish) for wish in wishes], rules=_RULES, seed=1)
    twin.open(moment.now_s)
    twin.tally.asked = len(moment.rides)  # they asked before; they are served as those who come
    state = shuttle.state
    with state.lock:
        for vehicle_id, mode, location, at_s, charge_wh in moment.spots:
            v = state.plans.vehicle(vehicle_id)
            twin.bodies[v].location = location
            state.set_charge(v, charge_wh)
            if mode in (Mode.OFF, Mode.STOPPED, Mode.DRAWING_IN):
                state.set_mode(v, mode, moment.now_s, "as it stands")
            shuttle.operations.position(vehicle_id, location, max(at_s, moment.now_s), moment.now_s)
        state.breaches.clear()  # what is broken by now is not a matter of the change
        if change.conditions is not None:
            shuttle.domain.update(change.conditions, moment.now_s)
            shuttle.control.share_out(moment.now_s)
    twin.run_until(until_s)
    real = {ride.id for ride in moment.rides}
    broken = {breach.ride_id: breach for breach in state.breaches if breach.ride_id in real}
    return Outcome(twin.tally.figures(state, twin.bodies), broken)


def _with_more(service: ShuttleService, more: int) -> ShuttleService:
    """The service with vehicles like its first one; supervisors on shift bound how many may run."""
    if not more:
        return service
    like = service.vehicles[0]
    added = [msgspec.structs.replace(like, id=f"{_TWIN}-{k + 1}") for k in range(more)]
    return msgspec.structs.replace(service, vehicles=type(service.vehicles)([*service.vehicles, *added]))


def _marked(wish: Wish) -> Wish:
    return dataclasses.replace(wish, request=msgspec.structs.replace(wish.request, rider=_TWIN))
