"""A grid laid over what was reached, from which areas of equal time are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.kernels.flood import paint, widen
from routing.kernels.street import INFINITE
from routing.ports import Surface
from routing.street.plane import Plane

__all__ = ["Grid"]

F64 = npt.NDArray[np.float64]

_CELLS_MAX = 320
"""A side of the grid has no more cells than this: finer would not be seen, and costs its square."""
_CELL_M_MIN = 25.0
_ASIDE_M = 60.0
"""What lies within so many metres of a street is reached from it."""
_ASIDE_CELLS_MIN = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells on a plane; `seconds` is lowered as more is reached."""

    plane: Plane
    corner: F64  # x and y of the first cell's centre, side of a cell; m
    seconds: F64  # (rows, columns), INFINITE where nothing was reached

    @classmethod
    def over(cls, plane: Plane, lat: F64, lon: F64) -> Grid:
        """A grid that holds all these points, and a margin around them."""
        x, y = plane.xy(lat, lon)
        return cls.around(plane, x, y, np.full(len(x), 4 * _ASIDE_M))

    @classmethod
    def around(cls, plane: Plane, x: F64, y: F64, reach_m: F64) -> Grid:
        """A grid that holds a circle around each point."""
        west, south = float((x - reach_m).min()), float((y - reach_m).min())
        wide, high = float((x + reach_m).max()) - west, float((y + reach_m).max()) - south
        cell = max(_CELL_M_MIN, max(wide, high) / _CELLS_MAX)
        corner = np.array([west - 2 * cell, south - 2 * cell, cell])
        return cls(plane, corner, np.full((int(high / cell) + 5, int(wide / cell) + 5), INFINITE))

    def paint(self, lat: F64, lon: F64, seconds: F64) -> None:
        """Lower the cells of these points."""
        x, y = self.plane.xy(lat, lon)
        for k in range(len(seconds)):
            paint(float(x[k]), float(y[k]), float(seconds[k]), self.corner, self.seconds)

    def widened(self, speed_m_s: float, limit_s: int) -> Surface:
        """With the ground beside what was painted, walked straight."""
        cell = float(self.corner[2])
        out = self.seconds.copy()
        widen(self.seconds, max(_ASIDE_CELLS_MIN, round(_ASIDE_M / cell)), cell / speed_m_s, out)
        out[out > limit_s] = INFINITE
        return self._surface(out)

    def surface(self) -> Surface:
        """As it is."""
        return self._surface(self.seconds)

    def _surface(self, seconds: F64) -> Surface:
        rows, columns = seconds.shape
        x0, y0, cell = self.corner.tolist()
        lat, _ = self.plane.latlon_of(np.full(rows, x0), y0 + cell * np.arange(rows))
        _, lon = self.plane.latlon_of(x0 + cell * np.arange(columns), np.full(columns, y0))
        return Surface(lat, lon, np.where(seconds < INFINITE, seconds, np.inf))
