"""Walking where no street map is known: the straight line, a third longer.

Detour factors of pedestrian networks lie between 1.2 and 1.4 (Barthélemy 2011, "Spatial networks"); 1.3 is
what planners take where they know no better. Journeys say so by a geometry of two points.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from routing.kernels.flood import cones
from routing.line import Line
from routing.ports import NO_STOPS, Footpaths, Reach, Starts, StreetPath, Surface
from routing.query import Profile
from routing.street.graph import EARTH_M
from routing.street.plane import Plane
from routing.street.surface import Grid

DETOUR = 1.3
_NEAR_M = 5_000.0
"""A point farther from every stop than this is off the map."""


class BeelineStreets:
    """Implements `routing.ports.Streets` without streets."""

    def __init__(self, stop_lat: npt.NDArray[np.float64], stop_lon: npt.NDArray[np.float64]) -> None:
        self._placed = np.flatnonzero(np.isfinite(stop_lat) & np.isfinite(stop_lon)).astype(np.int32)
        self._stops = len(stop_lat)
        lat, lon = stop_lat[self._placed], stop_lon[self._placed]
        self._plane = Plane(float(lat.mean()) if len(lat) else 0.0, float(lon.mean()) if len(lon) else 0.0)
        self._tree = KDTree(np.column_stack(self._plane.xy(lat, lon)))

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether any stop lies within some kilometres."""
        distance, _ = self._tree.query(self._xy(lat, lon))
        return bool(distance <= _NEAR_M)

    def reach(
        self,
        lat: float,
        lon: float,
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int,
        backward: bool = False,
    ) -> Reach:
        """Stops within `limit_s` of a point; the same in both directions and for all profiles."""
        del profile, backward
        xy = self._xy(lat, lon)
        near = np.sort(np.array(self._tree.query_ball_point(xy, limit_s * speed_m_s / DETOUR), np.int64))
        metres = DETOUR * np.hypot(*(self._tree.data[near] - xy).T)
        return Reach(self._placed[near], _seconds(metres, speed_m_s), metres)

    def footpaths(self, *, profile: Profile, speed_m_s: float, limit_s: int) -> Footpaths:
        """Walks between all stops within `limit_s`."""
        del profile
        pairs = self._tree.query_pairs(limit_s * speed_m_s / DETOUR, output_type="ndarray")
        pairs = np.concatenate((pairs, pairs[:, ::-1]))
        origin, target = self._placed[pairs[:, 0]], self._placed[pairs[:, 1]]
        metres = DETOUR * np.hypot(*(self._tree.data[pairs[:, 0]] - self._tree.data[pairs[:, 1]]).T)
        order = np.lexsort((target, origin))
        counts = np.bincount(origin, minlength=self._stops)
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return Footpaths(offsets, target[order], _seconds(metres[order], speed_m_s), metres[order])

    def path(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int | None = None,
        stops: tuple[int, int] = NO_STOPS,
    ) -> StreetPath | None:
        """The straight line, lengthened."""
        del profile, stops
        metres = DETOUR * float(np.hypot(*(self._xy(*start) - self._xy(*end))))
        seconds = int(_seconds(np.array([metres]), speed_m_s)[0])
        if limit_s is not None and seconds > limit_s:
            return None
        return StreetPath(seconds, metres, Line.of(start, end))

    def walks(
        self,
        lat: float,
        lon: float,
        to: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int,
        backward: bool = False,
    ) -> npt.NDArray[np.int32]:
        """Seconds from a point to each of many, -1 beyond `limit_s`; the same in both directions."""
        del profile, backward
        x, y = self._plane.xy(*to)
        seconds = _seconds(DETOUR * np.hypot(*(np.array((x, y)).T - self._xy(lat, lon)).T), speed_m_s)
        return np.where(seconds <= limit_s, seconds, -1).astype(np.int32)

    def spread(
        self,
        starts: Starts,
        to: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        *,
        profile: Profile,
        speed_m_s: float,
        walk_s_max: int,
        limit_s: int,
        backward: bool = False,
    ) -> tuple[Surface, npt.NDArray[np.int32]]:
        """How soon the ground around many starts is reached by one walk, and the points `to` (-1: not)."""
        del profile, backward
        placed = np.isin(starts.stop, self._placed)
        where = self._tree.data[np.searchsorted(self._placed, starts.stop[placed])]
        x, y = np.concatenate((self._xy(starts.lat, starts.lon)[None], where)).T
        seconds = np.concatenate(([0.0], starts.seconds[placed]))
        pace = speed_m_s / DETOUR
        reach_m = np.minimum(walk_s_max, np.maximum(limit_s - seconds, 0)) * pace
        found = np.full(len(to[0]), -1, np.int32)
        for k, (east, north) in enumerate(np.column_stack(self._plane.xy(*to)).tolist()):
            away = np.ceil(np.round(np.hypot(x - east, y - north) / pace, 6))
            there = seconds + away
            there = there[(away <= walk_s_max) & (there <= limit_s)]
            found[k] = there.min(initial=np.inf) if len(there) else -1
        grid = Grid.around(self._plane, x, y, reach_m)
        cones(x, y, seconds, reach_m, pace, grid.corner, grid.seconds)
        return grid.surface(), found

    def _xy(self, lat: float, lon: float) -> npt.NDArray[np.float64]:
        return np.array(self._plane.xy(lat, lon))


def beeline_s(
    lat: npt.NDArray[np.float64],
    lon: npt.NDArray[np.float64],
    start: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    speed_m_s: float,
) -> npt.NDArray[np.int32]:
    """Walking times between pairs of places (indices into lat and lon), none where a position is missing."""
    north = np.radians(lat[end] - lat[start])
    east = np.radians(lon[end] - lon[start]) * np.cos(np.radians(lat[start]))
    return _seconds(np.nan_to_num(DETOUR * EARTH_M * np.hypot(north, east)), speed_m_s)


def _seconds(metres: npt.NDArray[np.float64], speed_m_s: float) -> npt.NDArray[np.int32]:
    return np.ceil(np.round(metres / speed_m_s, 6)).astype(np.int32)
