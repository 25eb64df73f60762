"""Ways of buses along the area's streets, for who draws a line's shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.query import Profile
from routing.street.graph import StreetGraph
from routing.street.router import StreetRouter

__all__ = ["BusWays"]

_PACE_M_S = 8.3


class BusWays:
    """Implements `maas.feeds.ports.Streets` over a street graph."""

    def __init__(self, graph: StreetGraph) -> None:
        self._router = StreetRouter(graph, np.empty(0), np.empty(0))

    def way(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[Sequence[tuple[float, float]], float] | None:
        """Points (lat, lon) from `start` to `end` as a bus drives, and metres; None if there is no way."""
        found = self._router.path(start, end, profile=Profile.SHUTTLE, speed_m_s=_PACE_M_S)
        return None if found is None else (found.geometry, found.distance_m)
