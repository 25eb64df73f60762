"""A line on the ground, as journeys and streets draw it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

__all__ = ["LatLon", "Line"]

F64 = npt.NDArray[np.float64]
LatLon = tuple[float, float]


class Line(Sequence[LatLon]):
    """Points (lat, lon) in order, degrees in WGS 84: two arrays that read as a tuple of points.

    Kernels draw them and answers encode them whole; hardly anybody looks at one point after another.
    """

    __slots__ = ("lat", "lon")

    def __init__(self, lat: F64, lon: F64) -> None:
        self.lat = lat  # (points,)
        self.lon = lon  # (points,)

    @classmethod
    def of(cls, *points: LatLon) -> Line:
        """A line through points."""
        # each beside itself in memory, as lines cut from shapes are: kernels are compiled for one layout
        lat, lon = np.ascontiguousarray(np.array(points, np.float64).reshape(-1, 2).T)
        return cls(lat, lon)

    def __len__(self) -> int:
        return len(self.lat)

    def __iter__(self) -> Iterator[LatLon]:
        return zip(self.lat.tolist(), self.lon.tolist(), strict=True)

    @overload
    def __getitem__(self, index: int) -> LatLon: ...
    @overload
    def __getitem__(self, index: slice) -> Line: ...
    def __getitem__(self, index: int | slice) -> LatLon | Line:
        if isinstance(index, slice):
            return Line(self.lat[index], self.lon[index])
        return float(self.lat[index]), float(self.lon[index])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Line):
            return NotImplemented
        return np.array_equal(self.lat, other.lat) and np.array_equal(self.lon, other.lon)

    def __hash__(self) -> int:
        return hash((self.lat.tobytes(), self.lon.tobytes()))

    def __repr__(self) -> str:
        return f"Line.of({', '.join(map(repr, self))})"
