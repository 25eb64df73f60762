"""What routing needs from outside, as protocols named for the need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE
from routing.line import Line
from routing.query import Profile

I32 = npt.NDArray[np.int32]
F64 = npt.NDArray[np.float64]

NO_STOPS = (NONE, NONE)
"""Of two points neither is an attached stop."""


@dataclass(frozen=True, slots=True)
class StreetPath:
    """A way over streets."""

    duration_s: int
    distance_m: float
    geometry: Line  # from start to end


@dataclass(frozen=True, slots=True)
class Reach:
    """The stops within reach of a point, by walking time."""

    stop: I32  # (k,) index of the stop as given to `attach_stops`
    duration_s: I32  # (k,) rounded up to whole seconds
    distance_m: F64  # (k,)


@dataclass(frozen=True, slots=True)
class Footpaths:
    """Walks between stops, compressed by origin; the stop itself is left out."""

    offsets: npt.NDArray[np.int64]  # stop -> first entry; (stops + 1,)
    target: I32  # entry -> stop
    duration_s: I32  # entry -> seconds
    distance_m: F64  # entry -> metres


@dataclass(frozen=True, slots=True)
class Starts:
    """Where walks begin, and when: a point, and attached stops. Seconds count from the question's time."""

    lat: float
    lon: float
    stop: I32  # (k,) index of the stop as given to `attach_stops`
    seconds: I32  # (k,)


@dataclass(frozen=True, slots=True)
class Surface:
    """How soon each cell of a grid is reached, in seconds; infinite where it is not."""

    lat: F64  # (rows,) of the cells' centres
    lon: F64  # (columns,)
    seconds: F64  # (rows, columns)


class Streets(Protocol):
    """Movement between places over the ground, whatever the map behind it.

    Stops are attached once, in the order of the timetable; everything else refers to their index.
    """

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a street is near enough to set out from this point."""
        ...

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
        """Stops within `limit_s` of a point; `backward` measures from the stops to the point."""
        ...

    def footpaths(self, *, profile: Profile, speed_m_s: float, limit_s: int) -> Footpaths:
        """Walks between all attached stops within `limit_s`."""
        ...

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
        """Shortest way between two points (lat, lon), None if there is none, or none within the limit.

        `stops` are the attached stops that the two points are, NONE for others: what is known of them helps.
        """
        ...

    def walks(
        self,
        lat: float,
        lon: float,
        to: tuple[F64, F64],
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int,
        backward: bool = False,
    ) -> I32:
        """Seconds from a point to each of many (`backward`: from each of them to it), -1 beyond `limit_s`."""
        ...

    def spread(
        self,
        starts: Starts,
        to: tuple[F64, F64],
        *,
        profile: Profile,
        speed_m_s: float,
        walk_s_max: int,
        limit_s: int,
        backward: bool = False,
    ) -> tuple[Surface, I32]:
        """How soon the ground around many starts is reached by one walk, and the points `to` (-1: not).

        No walk is longer than `walk_s_max`, and nothing after `limit_s` counts.
        """
        ...
