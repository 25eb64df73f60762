"""Where vehicles are."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Spot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A vehicle's place at an instant (epoch seconds); degrees WGS 84, bearing clockwise from north."""

    id: str
    lat: float
    lon: float
    speed_m_s: float
    bearing: float | None
    at_s: int
