"""Breaks for inspection: a vehicle that has driven long enough is looked at in its depot.

A Level-4 permit prescribes inspections by hours on duty. An idle vehicle goes when its time has come; one
that never idles takes no new riders from the grace on, finishes its plan and goes then.
"""

from __future__ import annotations

from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.operations import Operations

__all__ = ["Inspections"]

GRACE_S = 1800
_AWAY_SHARE = 0.25
"""No more than this share of the fleet is away for inspection at once, but at least one vehicle."""


class Inspections:
    """Sends vehicles to their depots when they are due. Safe to call from several threads."""

    def __init__(self, state: FleetState, operations: Operations) -> None:
        self._state = state
        self._operations = operations

    def due(self, now_s: int) -> list[tuple[str, int]]:
        """(vehicle, seconds overdue) of those whose time has come, the longest overdue first."""
        every = self._state.service.inspection_every_s
        over = [
            (duty.id, now_s - duty.inspected_s - every)
            for duty in self._state.duties
            if duty.mode is Mode.SERVICE and now_s - duty.inspected_s >= every
        ]
        return sorted(over, key=lambda pair: (-pair[1], pair[0]))

    def direct(self, now_s: int) -> list[str]:
        """Send those that may go now; which they are. Call it each minute."""
        state = self._state
        with state.lock:
            away = sum(duty.mode is Mode.INSPECTION for duty in state.duties)
            room = max(1, int(len(state.duties) * _AWAY_SHARE)) - away
            sent: list[str] = []
            for vehicle_id, over_s in self.due(now_s):
                v = state.plans.vehicle(vehicle_id)
                idle = state.plans.board.size[v] == 0 and not state.duties[v].at_stop
                if len(sent) < room and (idle or over_s >= GRACE_S):
                    depot = state.duties[v].depot
                    state.duties[v].target = -1
                    self._operations.send(
                        vehicle_id, depot, state.service.inspection_s, now_s, Mode.INSPECTION
                    )
                    sent.append(vehicle_id)
            return sent
