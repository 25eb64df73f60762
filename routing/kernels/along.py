"""Where calls lie along the line that a vehicle drives."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.street import F64


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
