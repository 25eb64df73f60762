"""Routing's pavements as the devices' ways: no steps, no raised kerbs, paved."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from fleet.model.devices import DeviceService
from fleet.personal.ports import NO_WAY_M, Position
from maas.bridges.closing import shut
from routing.query import Profile
from routing.street.graph import StreetGraph
from routing.street.profiles import SPEED_M_S
from routing.street.router import StreetRouter
from routing.street.tags import FOOT

__all__ = ["PavementWays"]

_SETS = 8
"""So many sets of fences are kept ready."""
_PACE_M_S = SPEED_M_S[Profile.DEVICE]


class PavementWays:
    """Implements `fleet.personal.ports.Pavements` over an area's streets, its barred fences left out."""

    def __init__(self, graph: StreetGraph, service: DeviceService) -> None:
        self._open = graph
        self._fences = {fence.id: fence for fence in service.fences}
        self._streets = lru_cache(maxsize=_SETS)(self._without)
        self.line = lru_cache(maxsize=5_000)(self._line)

    def metres(
        self, starts: list[Position], ends: list[Position], limit_m: int, barred: frozenset[str]
    ) -> npt.NDArray[np.int32]:
        """Ways between all pairs; NO_WAY_M beyond `limit_m` or where there is none outside `barred`."""
        found = np.full((len(starts), len(ends)), NO_WAY_M, np.int32)
        lat, lon = np.array([p[0] for p in ends]), np.array([p[1] for p in ends])
        router = StreetRouter(self._streets(barred)[0], lat, lon)
        limit_s = int(limit_m / _PACE_M_S)
        for k, start in enumerate(starts):
            reach = router.reach(*start, profile=Profile.DEVICE, speed_m_s=_PACE_M_S, limit_s=limit_s)
            found[k, reach.stop] = np.ceil(reach.distance_m).astype(np.int32)
        return found

    def _line(self, start: Position, end: Position, barred: frozenset[str]) -> list[Position]:
        router = self._streets(barred)[1]
        path = router.path(start, end, profile=Profile.DEVICE, speed_m_s=_PACE_M_S)
        return [] if path is None else [(lat, lon) for lat, lon in path.geometry]

    def _without(self, barred: frozenset[str]) -> tuple[StreetGraph, StreetRouter]:
        """The streets outside some fences; the same few sets come again every day."""
        graph = shut(self._open, [self._fences[identity].polygon for identity in sorted(barred)], FOOT)
        return graph, StreetRouter(graph, np.empty(0), np.empty(0))

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a street is near enough."""
        return self._streets(frozenset())[1].on_map(lat, lon)
