"""What the vehicles of a service can possibly say of themselves."""

from __future__ import annotations

from fleet.model.service import ShuttleService
from fleet.vehicles.ports import Spec
from fleet.vehicles.telemetry import Kind

__all__ = ["ServiceRegistry"]

_AROUND_DEG = 0.1
"""A vehicle is believed some ten kilometres beyond its zone: it may be towed, or taken to a workshop."""


class ServiceRegistry:
    """Implements `fleet.vehicles.ports.Registry` for the vehicles of one service."""

    def __init__(self, service: ShuttleService) -> None:
        lons, lats = zip(*service.zone, strict=True)
        bounds = (
            min(lons) - _AROUND_DEG, min(lats) - _AROUND_DEG, max(lons) + _AROUND_DEG, max(lats) + _AROUND_DEG
        )  # fmt: skip
        self._specs = {
            unit.id: Spec(model.speed_kmh_max / 3.6, model.seats, 0, bounds)
            for unit in service.vehicles
            for model in [service.model_of(unit)]
        }

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """What a vehicle can be and do; None if the service has no such vehicle."""
        return self._specs.get(identity) if kind is Kind.VEHICLE else None
