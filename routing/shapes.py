"""The part of a trip's shape between two of its calls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE, Schedule
from routing.kernels.along import places_along

F64 = npt.NDArray[np.float64]

_M_PER_DEGREE = 111_195.0
_KNOWN_MAX = 20_000
_SLACK_M = 40.0
"""A call may lie this much farther from one pass of a shape than from another and still mean the first."""


Known = dict[tuple[int, bytes], F64]
"""Shape and stops called at -> where along the shape the calls lie."""


def ridden_geometry(
    schedule: Schedule, trip: int, first: int, last: int, known: Known | None = None
) -> tuple[tuple[float, float], ...]:
    """(lat, lon) from call `first` to call `last` of a trip, counted within the trip; ends at the stops.

    Without a shape: straight from stop to stop. What was worked out is kept in `known`, if given.
    """
    row = int(schedule.stop_times.offsets[trip])
    stops = schedule.stop_times.stop[row + first : row + last + 1]
    lat, lon = schedule.stops.lat[stops], schedule.stops.lon[stops]
    shape = int(schedule.trips.shape[trip])
    if shape == NONE:
        return tuple(zip(lat.tolist(), lon.tolist(), strict=True))
    begin, end = int(schedule.shapes.offsets[shape]), int(schedule.shapes.offsets[shape + 1])
    shape_lat, shape_lon = schedule.shapes.lat[begin:end], schedule.shapes.lon[begin:end]
    if end - begin < 2:
        return tuple(zip(lat.tolist(), lon.tolist(), strict=True))
    given = schedule.stop_times.shape_dist[[row + first, row + last]]
    measured = schedule.shapes.dist[begin:end]
    if np.isfinite(given).all() and np.isfinite(measured).all() and given[1] > given[0]:
        low, high = np.interp(given, measured, np.arange(len(measured)))
    else:
        # All calls are placed in order, so that a shape that comes by twice is told apart.
        calls = schedule.stop_times.stop[row : int(schedule.stop_times.offsets[trip + 1])]
        key = (shape, calls.tobytes())
        places = None if known is None else known.get(key)
        if places is None:
            places = _places(shape_lat, shape_lon, schedule.stops.lat[calls], schedule.stops.lon[calls])
            if known is not None and len(known) < _KNOWN_MAX:
                known[key] = places
        low, high = places[[first, last]]
    inner = np.arange(int(np.floor(low)) + 1, int(np.ceil(high)))
    points = list(zip(shape_lat[inner].tolist(), shape_lon[inner].tolist(), strict=True))
    return ((float(lat[0]), float(lon[0])), *points, (float(lat[-1]), float(lon[-1])))


def _places(shape_lat: F64, shape_lon: F64, lat: F64, lon: F64) -> F64:
    """Where along the shape, in vertices and parts of them, each call lies; never backwards."""
    scale = float(np.cos(np.radians(shape_lat.mean()))) * _M_PER_DEGREE
    return places_along(
        shape_lon * scale, shape_lat * _M_PER_DEGREE, lon * scale, lat * _M_PER_DEGREE, _SLACK_M
    )
