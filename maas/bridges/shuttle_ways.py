"""Routing's streets as the fleet's travel times and walks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from fleet.dispatch.ports import Closure, Matrix
from fleet.model.service import Charger, Depot, ShuttleService, Stop
from maas.bridges.closing import shut
from maas.errors import AreaError
from routing.query import DEFAULT_WALK_SPEED_M_S, Profile
from routing.street.graph import StreetGraph
from routing.street.profiles import SPEED_M_S
from routing.street.router import StreetRouter
from routing.street.tags import CAR, CAR_BACK

__all__ = ["StreetWalks", "StreetWays"]

NO_WAY = 65_535
_LIMIT_S = 3 * 3600
_ON_THE_WAY_S = 2
"""A stop lies on the way between two others if passing it costs no more than the rounding."""


class StreetWays:
    """Implements `fleet.dispatch.ports.TravelTimes` over an area's streets.

    Locations are the service's stops, depots and chargers, in that order.
    """

    def __init__(self, service: ShuttleService, graph: StreetGraph) -> None:
        places: list[Stop | Depot | Charger] = [*service.stops, *service.depots, *service.chargers]
        self.lat = np.array([place.lat for place in places])
        self.lon = np.array([place.lon for place in places])
        self._graph = graph
        self._router = StreetRouter(graph, self.lat, self.lon)
        self._seconds = self.matrix().seconds
        self._check(service)
        self.via = lru_cache(maxsize=20_000)(self._via)
        self.line = lru_cache(maxsize=20_000)(self._line)

    def matrix(self, speed_share: float = 1.0, closures: tuple[Closure, ...] = ()) -> Matrix:
        """Times and ways between all locations; ways are effective metres, longer on slower streets."""
        router = self._router
        if closures:
            left = shut(self._graph, [closure.polygon for closure in closures], CAR | CAR_BACK)
            router = StreetRouter(left, self.lat, self.lon)
        speed = SPEED_M_S[Profile.SHUTTLE] * speed_share
        count = len(self.lat)
        reach = router.footpaths(profile=Profile.SHUTTLE, speed_m_s=speed, limit_s=_LIMIT_S)
        seconds = np.full((count, count), NO_WAY, np.uint16)
        metres = np.full((count, count), NO_WAY, np.uint16)
        start = np.repeat(np.arange(count), np.diff(reach.offsets))
        seconds[start, reach.target] = np.minimum(reach.duration_s, NO_WAY)
        metres[start, reach.target] = np.minimum(np.ceil(reach.distance_m), NO_WAY)
        for closure in closures:  # a stop inside is not served from the next open street
            inside = shapely.contains_xy(shapely.Polygon(closure.polygon), self.lon, self.lat)
            for table in (seconds, metres):
                table[inside, :] = table[:, inside] = NO_WAY
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return Matrix(seconds, metres)

    def _check(self, service: ShuttleService) -> None:
        """Every stop must be reachable from every other, or the zone is not one."""
        cut_off = np.flatnonzero((self._seconds == NO_WAY).any(axis=1))
        if len(cut_off):
            names = [*service.stops, *service.depots, *service.chargers]
            ids = ", ".join(names[k].id for k in cut_off[:5].tolist())
            raise AreaError(f"shuttle.toml: no street joins {ids} and the rest. Move them to a street")

    def _via(self, start: int, end: int) -> list[int]:
        if start == end:
            return [start]
        seconds = self._seconds.astype(np.int64)
        detour = seconds[start] + seconds[:, end] - seconds[start, end]
        on_way = np.flatnonzero((detour <= _ON_THE_WAY_S) & (seconds[start] > 0) & (seconds[:, end] > 0))
        passed: list[int] = [start]
        for k in on_way[np.argsort(seconds[start, on_way], kind="stable")].tolist():
            along = seconds[start, passed[-1]] + seconds[passed[-1], k] + seconds[k, end]
            if along <= seconds[start, end] + _ON_THE_WAY_S and seconds[passed[-1], k] > 0:
                passed.append(k)
        return [*passed, end]

    def _line(self, start: int, end: int) -> list[tuple[float, float]]:
        ends = [(float(self.lat[k]), float(self.lon[k])) for k in (start, end)]
        speed = SPEED_M_S[Profile.SHUTTLE]
        path = self._router.path(ends[0], ends[1], profile=Profile.SHUTTLE, speed_m_s=speed)
        return ends if path is None else [(lat, lon) for lat, lon in path.geometry]


class StreetWalks:
    """Implements `fleet.dispatch.ports.Walks` over an area's streets."""

    def __init__(self, service: ShuttleService, graph: StreetGraph) -> None:
        lat = np.array([stop.lat for stop in service.stops])
        lon = np.array([stop.lon for stop in service.stops])
        self._router = StreetRouter(graph, lat, lon)

    def stops_near(self, lat: float, lon: float, limit_s: int, count: int) -> list[tuple[int, int]]:
        """The nearest stops as (index, seconds on foot), nearest first."""
        reach = self._router.reach(
            lat, lon, profile=Profile.WALK, speed_m_s=DEFAULT_WALK_SPEED_M_S, limit_s=limit_s
        )
        order = np.argsort(reach.duration_s, kind="stable")[:count]
        return [(int(reach.stop[k]), int(reach.duration_s[k])) for k in order]

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a street is near enough to set out from."""
        return self._router.on_map(lat, lon)
