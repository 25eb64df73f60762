"""Vehicles of line operators as they are configured (`buses.toml` of an area); they run the timetable."""

from __future__ import annotations

from pathlib import Path

import msgspec

from fleet.errors import Invalid
from fleet.vehicles.ports import Spec
from fleet.vehicles.telemetry import Kind

__all__ = ["Bus", "BusRegistry", "load_buses"]

_AROUND_DEG = 0.3
"""A line leads beyond the area; farther off than this a position is not believed."""


class Bus(msgspec.Struct, frozen=True):
    """One vehicle."""

    id: str
    label: str = ""  # what riders read on it
    seats: int = 60  # places, standing ones too
    speed_kmh_max: float = 80.0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vehicles: tuple[Bus, ...]


def load_buses(path: Path) -> tuple[Bus, ...]:
    """Read `buses.toml`; Invalid names the file, the key and the fix."""
    try:
        buses = msgspec.toml.decode(path.read_bytes(), type=_File).vehicles
    except FileNotFoundError:
        raise Invalid(str(path), "there is no such file. Write it, or leave buses out of area.toml") from None
    except msgspec.DecodeError as error:
        raise Invalid(str(path), f"{error}. Mend the key named there") from None
    ids = [bus.id for bus in buses]
    for identity in ids:
        if ids.count(identity) > 1:
            raise Invalid(f"{path}, vehicles.{identity}", "the id is used twice. Give each its own")
    return buses


class BusRegistry:
    """Implements `fleet.vehicles.ports.Registry` for an area's buses; `box` is west, south, east, north."""

    def __init__(self, buses: tuple[Bus, ...], box: tuple[float, float, float, float]) -> None:
        west, south, east, north = box
        bounds = west - _AROUND_DEG, south - _AROUND_DEG, east + _AROUND_DEG, north + _AROUND_DEG
        self._specs = {bus.id: Spec(bus.speed_kmh_max / 3.6, bus.seats, 0, bounds) for bus in buses}

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """What a bus can be and do; None if there is none such."""
        return self._specs.get(identity) if kind is Kind.BUS else None
