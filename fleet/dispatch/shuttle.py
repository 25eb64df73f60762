"""A shuttle service in operation: the parts of the dispatcher, put together by hand."""

from __future__ import annotations

from dataclasses import dataclass

from fleet.dispatch.calls import Calls
from fleet.dispatch.conditions import Domain
from fleet.dispatch.fleet_state import FleetState, build_state
from fleet.dispatch.inspection import Inspections
from fleet.dispatch.loops import Loops
from fleet.dispatch.operations import Operations
from fleet.dispatch.ports import Journal, TravelTimes, Walks
from fleet.dispatch.quoting import Quoting
from fleet.dispatch.recovery import take_over
from fleet.dispatch.repair import Repair
from fleet.dispatch.standing import OrderBook, Standing
from fleet.dispatch.supervision import ControlRoom
from fleet.dispatch.talk import Talk
from fleet.model.service import ShuttleService

__all__ = ["Shuttle"]


@dataclass(frozen=True, slots=True)
class Shuttle:
    """What riders (`quoting`), vehicles (`operations`) and the control room ask of one zone."""

    state: FleetState
    quoting: Quoting
    operations: Operations
    domain: Domain
    control: ControlRoom
    loops: Loops
    inspections: Inspections
    standing: Standing
    talk: Talk
    calls: Calls

    @classmethod
    def open(
        cls,
        service: ShuttleService,
        ways: TravelTimes,
        walks: Walks,
        *,
        epoch_s: int,
        journal: Journal | None = None,
        orders: OrderBook | None = None,
        now_s: int | None = None,
    ) -> Shuttle:
        """Open a zone; rides that an earlier dispatcher confirmed are taken over from the journal.

        Locations of `ways` must be the service's stops, depots and chargers in that order, then any others.
        """
        state = build_state(service, ways, walks, epoch_s=epoch_s, journal=journal)
        quoting = Quoting(state)
        repair = Repair(state, quoting)
        operations = Operations(state, repair)
        take_over(state, quoting, now_s if now_s is not None else epoch_s)
        control = ControlRoom(state, operations)
        domain = Domain(state, operations, repair, quoting)
        loops, inspections = Loops(state), Inspections(state, operations)
        standing = Standing(state, quoting, orders)
        talk, calls = Talk(state, control), Calls(state, control)
        return cls(state, quoting, operations, domain, control, loops, inspections, standing, talk, calls)
