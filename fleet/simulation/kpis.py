"""What a simulated day came to."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fleet.dispatch.fleet_state import FleetState
from fleet.model.ride import Ride, RideState
from fleet.simulation.movement import Body

__all__ = ["Tally"]


@dataclass(slots=True)
class Tally:
    """Counts of a day, and the figures made of them."""

    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    declined: int = 0  # offers that riders did not take
    quote_ms: deque[float] = field(default_factory=lambda: deque(maxlen=100_000))
    rounds: int = 0
    gained: float = 0.0  # by the improver, in the objective's seconds
    faults: int = 0

    def figures(self, state: FleetState, bodies: list[Body]) -> dict[str, Any]:
        """The key figures; shares are of 1, times seconds. Without faults and weather `breaches` is 0.

        `detour` is time on board over the direct time; `connections_held` the share of completed arrive-by
        rides that were in time; `occupancy` rider kilometres over vehicle kilometres; `waiting` counts from
        the moment that the rider could be at the stop.
        """
        rides = list(state.rides.values())
        done = [r for r in rides if r.state is RideState.COMPLETED]
        owed = [r for r in rides if r.state not in (RideState.HELD, RideState.EXPIRED)]
        waits = np.array([_waited_s(r) for r in done] or [0])
        detours = np.array([(r.drop_s - r.pickup_s) / max(r.leg.direct_s, 1) for r in done] or [0.0])
        due = [r for r in done if r.request.arrive_by]
        held = sum(1 for r in due if r.drop_s + r.leg.walk_from_s <= r.request.at_s)
        metres = sum(b.metres for b in bodies)
        empty = sum(b.empty_metres for b in bodies)
        served = sum(r.request.party.riders for r in done)
        return {
            "asked": self.asked,
            "served": len(done),
            "served_share": round(len(done) / self.asked, 4) if self.asked else 0.0,
            "riders": served,
            "refused": dict(sorted(self.refused.items())),
            "declined": self.declined,
            "cancelled": sum(1 for r in owed if r.state is RideState.CANCELLED),
            "no_show": sum(1 for r in owed if r.state is RideState.NO_SHOW),
            "broken": sum(1 for r in owed if r.state is RideState.BROKEN),
            "open": sum(1 for r in owed if r.state.open),
            "breaches": len(state.breaches),
            "breaches_by_kind": dict(sorted(Counter(b.kind for b in state.breaches).items())),
            "waiting_s": {"p50": float(np.percentile(waits, 50)), "p95": float(np.percentile(waits, 95))},
            "detour": {
                "p50": round(float(np.percentile(detours, 50)), 3),
                "p95": round(float(np.percentile(detours, 95)), 3),
            },
            "connections_held": round(held / len(due), 4) if due else 1.0,
            "occupancy": round(sum(b.rider_metres for b in bodies) / metres, 3) if metres else 0.0,
            "vehicle_km": round(metres / 1000, 1),
            "empty_km": round(empty / 1000, 1),
            "empty_share": round(empty / metres, 4) if metres else 0.0,
            "energy_kwh": round(sum(b.energy_wh for b in bodies) / 1000, 2),
            "improver": {"rounds": self.rounds, "gained_s": round(self.gained)},
            "faults": self.faults,
        }

    def timing(self) -> dict[str, float]:
        """How long quotes took on this machine; not part of the figures, which one seed reproduces."""
        if not self.quote_ms:
            return {}
        p50, p99 = np.percentile(self.quote_ms, [50, 99])
        return {"quote_p50_ms": round(float(p50), 3), "quote_p99_ms": round(float(p99), 3)}


def _waited_s(ride: Ride) -> int:
    """Seconds between being ready at the stop and boarding.

    Rides to a fixed arrival do not wait until promised.
    """
    if ride.request.arrive_by:
        return max(0, ride.pickup_s - ride.promise.pickup_from_s)
    return max(0, ride.pickup_s - ride.request.at_s - ride.leg.walk_to_s)
