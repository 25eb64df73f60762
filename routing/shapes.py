"""The part of a trip's shape between two of its calls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE, Schedule

F64 = npt.NDArray[np.float64]

_SLACK_M = 40.0
"""A call may lie this much farther from one pass of a shape than from another and still mean the first."""


def ridden_geometry(schedule: Schedule, trip: int, first: int, last: int) -> tuple[tuple[float, float], ...]:
    """(lat, lon) from call `first` to call `last` of a trip, counted within the trip; ends at the stops.

    Without a shape: straight from stop to stop.
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
        # All calls up to the last one are placed in order, so that a shape that comes by twice is told apart.
        calls = schedule.stop_times.stop[row : row + last + 1]
        low, high = _places(shape_lat, shape_lon, schedule.stops.lat[calls], schedule.stops.lon[calls])[
            [first, last]
        ]
    inner = np.arange(int(np.floor(low)) + 1, int(np.ceil(high)))
    points = list(zip(shape_lat[inner].tolist(), shape_lon[inner].tolist(), strict=True))
    return ((float(lat[0]), float(lon[0])), *points, (float(lat[-1]), float(lon[-1])))


def _places(shape_lat: F64, shape_lon: F64, lat: F64, lon: F64) -> F64:
    """Where along the shape, in vertices and parts of them, each call lies; never backwards."""
    scale = np.cos(np.radians(shape_lat.mean())) * 111_195.0
    x, y = shape_lon * scale, shape_lat * 111_195.0
    dx, dy = np.diff(x), np.diff(y)
    square = np.maximum(dx * dx + dy * dy, 1e-9)
    places = np.empty(len(lat))
    earliest = 0.0
    for k in range(len(lat)):
        px, py = lon[k] * scale, lat[k] * 111_195.0
        t = np.clip(((px - x[:-1]) * dx + (py - y[:-1]) * dy) / square, 0.0, 1.0)
        off = np.hypot(px - x[:-1] - t * dx, py - y[:-1] - t * dy)
        place = np.arange(len(dx)) + t
        open_ = place >= earliest
        if not open_.any():
            places[k:] = earliest
            break
        near = open_ & (off <= off[open_].min() + _SLACK_M)
        first = int(np.argmax(near))
        stop = first + int(np.argmin(near[first:])) if not near[first:].all() else len(near)
        best = first + int(np.argmin(off[first:stop]))
        earliest = places[k] = place[best]
    return places
