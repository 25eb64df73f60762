"""Where vehicles are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleet.vehicles.telemetry import LiveState

__all__ = ["Spot", "bearing", "spot_of"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A vehicle's place at an instant (epoch seconds); degrees WGS 84, bearing clockwise from north."""

    id: str
    lat: float
    lon: float
    speed_m_s: float
    bearing: float | None
    at_s: int


def spot_of(state: LiveState) -> Spot | None:
    """The place that a live state tells; None if it tells none."""
    if state.lat is None or state.lon is None:
        return None
    return Spot(state.id, state.lat, state.lon, state.speed_m_s or 0.0, state.heading, int(state.at_s))


def bearing(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    """Degrees clockwise from north of a short way."""
    east = (lon_to - lon) * math.cos(math.radians(lat))
    return round(math.degrees(math.atan2(east, lat_to - lat)) % 360.0, 1)
