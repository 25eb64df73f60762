"""What devices and docks can possibly say of themselves."""

from __future__ import annotations

from fleet.model.cycles import Dock
from fleet.model.devices import DeviceService
from fleet.vehicles.ports import Spec
from fleet.vehicles.telemetry import Kind

__all__ = ["DeviceRegistry", "DockRegistry"]

_AROUND_DEG = 0.05


class DeviceRegistry:
    """Implements `fleet.vehicles.ports.Registry` for the devices of one service."""

    def __init__(self, service: DeviceService) -> None:
        lons, lats = zip(*service.zone, strict=True)
        bounds = (
            min(lons) - _AROUND_DEG, min(lats) - _AROUND_DEG, max(lons) + _AROUND_DEG, max(lats) + _AROUND_DEG
        )  # fmt: skip
        self._specs = {
            unit.id: Spec(max(model.unmanned_kmh, model.ridden_kmh) / 3.6, model.seats, 0, bounds)
            for unit in service.devices
            for model in [service.model_of(unit)]
        }

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """What a device can be and do; None if the service has no such device."""
        return self._specs.get(identity) if kind is Kind.DEVICE else None


class DockRegistry:
    """The same for docks."""

    def __init__(self, docks: list[Dock]) -> None:
        self._specs = {dock.id: Spec(places=dock.capacity) for dock in docks}

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """How many bikes a dock can hold; None if there is no such dock."""
        return self._specs.get(identity) if kind is Kind.DOCK else None
