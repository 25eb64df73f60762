"""Taking a zone over: every ride that was confirmed stands in a plan again before anything else is done."""

from __future__ import annotations

import numpy as np

from fleet.dispatch.asks import demand_of
from fleet.dispatch.fleet_state import FleetState
from fleet.dispatch.quoting import Quoting
from fleet.model.ride import Breach, PlanRow, Ride, RideState

__all__ = ["take_over"]

_LATER_S = (0, 300, 900, 1800, 3600, 7200)


def take_over(state: FleetState, quoting: Quoting, now_s: int) -> list[Breach]:
    """Rebuild the plans from the journal; returns what could not be kept.

    A vehicle's last written plan is laid out as it stood. A confirmed ride that is in none (its patch was not
    written) is inserted anew, later than promised if it must be.
    """
    rides, rows = state.journal.load()
    state.rides |= {ride.id: ride for ride in rides}
    placed: set[str] = set()
    for row in rows:
        if row.vehicle_id in state.plans.index:
            placed |= _lay_out(state, quoting, row)
    breaches = []
    for ride in sorted(rides, key=lambda r: (r.promise.pickup_until_s, r.id)):
        if ride.id in placed or not ride.state.open:
            continue
        if ride.state is RideState.ON_BOARD:
            _lay_out(state, quoting, PlanRow(ride.vehicle_id, 0, (("drop", ride.id),)))
        elif not _insert(state, quoting, ride, now_s):
            breaches.append(Breach(ride.id, "not_served", 0, "takeover", now_s))
    if breaches:
        state.breaches += breaches
        state.save([], [], breaches)
    return breaches


def _lay_out(state: FleetState, quoting: Quoting, row: PlanRow) -> set[str]:
    """Put a written plan behind what the board holds of its vehicle; the rides placed."""
    v = state.plans.vehicle(row.vehicle_id)
    tasks = state.plans.tasks(v)
    on_board = np.array(state.plans.board.change[v, 0])
    placed: set[str] = set()
    for kind, name in row.tasks:
        if kind == "visit":
            continue  # charging, inspections and loops are decided anew from what is known now
        ride = state.rides.get(name)
        if ride is None or not ride.state.open or ride.vehicle_id != row.vehicle_id:
            continue
        pickup, drop = quoting.tasks_of(ride)
        if kind == "pickup" and ride.state is not RideState.ON_BOARD:
            tasks.append(pickup)
        elif kind == "drop":
            tasks.append(drop)
            placed.add(name)
            if ride.state is RideState.ON_BOARD:
                on_board += demand_of(ride.request.party, state.duties[v].model)
    state.plans.lay(v, tasks, tuple(on_board.tolist()))
    return placed


def _insert(state: FleetState, quoting: Quoting, ride: Ride, now_s: int) -> bool:
    taking = state.plans.board.taking.copy()
    state.plans.board.taking[:] = 1  # nobody is on duty yet; those who will be must carry it
    try:
        for later in _LATER_S:
            ask = quoting.ask_again(ride, later)
            found = state.plans.best(ask, now_s)
            if found.vehicle[0] >= 0:
                quoting.rebind(ride, ask, found)
                state.save([ride], [state.plans.vehicle(ride.vehicle_id)], [])
                return True
        return False
    finally:
        state.plans.board.taking[:] = taking
