"""Where calls lie along the line that a vehicle drives, and the part of it that one rides."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.street import F64
from routing.kernels.ways import length_of


@njit(cache=True, nogil=True)
def places_along(x: F64, y: F64, px: F64, py: F64, slack_m: float) -> F64:
    """Where along the bends `x`, `y` each point lies, in bends and parts of them, never backwards; (points,).

    Of the passes that come within `slack_m` of the nearest one the first is taken.
    """
    n = x.shape[0] - 1
    places = np.empty(px.shape[0])
    off = np.empty(n)
    at = np.empty(n)
    earliest = 0.0
    for k in range(px.shape[0]):
        least = np.inf
        for s in range(n):
            dx = x[s + 1] - x[s]
            dy = y[s + 1] - y[s]
            t = ((px[k] - x[s]) * dx + (py[k] - y[s]) * dy) / max(dx * dx + dy * dy, 1e-9)
            t = min(max(t, 0.0), 1.0)
            at[s] = s + t
            off[s] = np.hypot(px[k] - x[s] - t * dx, py[k] - y[s] - t * dy)
            if at[s] >= earliest:
                least = min(least, off[s])
        if least == np.inf:
            places[k:] = earliest
            break
        best = -1
        for s in range(n):
            near = at[s] >= earliest and off[s] <= least + slack_m
            if near and (best < 0 or off[s] < off[best]):
                best = s
            elif best >= 0 and not near:
                break
        earliest = at[best]
        places[k] = earliest
    return places


@njit(cache=True, nogil=True)
def part_between(
    lat: F64, lon: F64, low: float, high: float, start: tuple[float, float], end: tuple[float, float]
) -> tuple[F64, F64, float]:
    """(latitudes, longitudes, metres) of a line from `start` to `end` by the bends between two places on it.

    Places count in bends and parts of them, as `places_along` gives them; (n,) each.
    """
    first, last = int(np.floor(low)) + 1, int(np.ceil(high))
    inner = max(0, last - first)
    out_lat, out_lon = np.empty(inner + 2), np.empty(inner + 2)
    out_lat[0], out_lon[0] = start
    for k in range(inner):
        out_lat[k + 1], out_lon[k + 1] = lat[first + k], lon[first + k]
    out_lat[inner + 1], out_lon[inner + 1] = end
    return out_lat, out_lon, length_of(out_lat, out_lon)
