"""Stops laid on the lines of their trips.

All positions are metres on a plane of the shape's own, points of a shape in the order of travel.
"""

from __future__ import annotations

import numpy as np
from numba import njit

PLACES_MAX = 512
"""Candidates kept per stop."""


@njit(cache=True, nogil=True)
def nearest_on_segment(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> tuple[float, float]:
    """(squared distance, share of the segment) of the point of a–b that is nearest to x, y."""
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0.0
    if length > 0.0:
        t = ((x - ax) * dx + (y - ay) * dy) / length
        t = 0.0 if t < 0.0 else (1.0 if t > 1.0 else t)
    px, py = ax + t * dx - x, ay + t * dy - y
    return px * px + py * py, t


@njit(cache=True, nogil=True)
def candidates(
    px: np.ndarray,
    py: np.ndarray,
    along: np.ndarray,
    x: float,
    y: float,
    radius: float,
    places: np.ndarray,
    costs: np.ndarray,
) -> tuple[int, int, float]:
    """Places within `radius` of x, y where the way along the shape comes no nearer.

    Such a place lies inside a segment, or at a point that is the nearest one of both its segments. Writes
    metres along into `places` and metres away into `costs`; returns how many were written, how often the
    shape comes within the radius, and the distance of its nearest point.
    """
    kept, visits = 0, 0
    least = np.inf
    limit = radius * radius
    inside = False
    before = 1.0  # the way to the first point falls towards it
    for k in range(len(px) - 1):
        square, t = nearest_on_segment(px[k], py[k], px[k + 1], py[k + 1], x, y)
        least = min(least, square)
        if square <= limit:
            if not inside:
                visits += 1
            last = k == len(px) - 2
            if (0.0 < t < 1.0 or (t == 0.0 and before == 1.0) or (t == 1.0 and last)) and kept < len(places):
                places[kept] = along[k] + t * (along[k + 1] - along[k])
                costs[kept] = np.sqrt(square)
                kept += 1
            end_x, end_y = px[k + 1] - x, py[k + 1] - y
            inside = end_x * end_x + end_y * end_y <= limit
        else:
            inside = False
        if px[k] != px[k + 1] or py[k] != py[k + 1]:
            before = t  # a point given twice is no way
    return kept, visits, np.sqrt(least)


@njit(cache=True, nogil=True)
def match_patterns(
    offsets: np.ndarray,
    stop_x: np.ndarray,
    stop_y: np.ndarray,
    shape_of: np.ndarray,
    shape_offsets: np.ndarray,
    px: np.ndarray,
    py: np.ndarray,
    along: np.ndarray,
    radius: np.ndarray,
    nearest: np.ndarray,
    matches: np.ndarray,
) -> np.ndarray:
    """Lay every pattern on its shape.

    Patterns lie behind one another: stops `offsets[k]` to `offsets[k + 1]`. Fills `nearest` (metres per stop)
    and `matches` (visits per stop), returns per pattern the position of the first stop that cannot be
    laid behind all those before it, -1 if there is none. Stops without a candidate are passed over.
    """
    patterns = len(offsets) - 1
    broken = np.full(patterns, -1, np.int64)
    places = np.empty((2, PLACES_MAX))
    costs = np.empty((2, PLACES_MAX))
    totals = np.empty((2, PLACES_MAX))
    for p in range(patterns):
        s0, s1 = shape_offsets[shape_of[p]], shape_offsets[shape_of[p] + 1]
        held = -1
        row = 0
        for k in range(offsets[p], offsets[p + 1]):
            now = 1 - row
            kept, visits, near = candidates(
                px[s0:s1], py[s0:s1], along[s0:s1], stop_x[k], stop_y[k], radius[p], places[now], costs[now]
            )
            nearest[k], matches[k] = near, visits
            if kept == 0 or broken[p] >= 0:
                continue
            if held < 0:
                totals[now, :kept] = costs[now, :kept]
            else:
                i, least, any_way = 0, np.inf, False
                for j in range(kept):
                    while i < held and places[row, i] <= places[now, j] + 1.0:
                        least = min(least, totals[row, i])
                        i += 1
                    totals[now, j] = least + costs[now, j]
                    any_way = any_way or least < np.inf
                if not any_way:
                    broken[p] = k
                    continue
            held, row = kept, now
    return broken


@njit(cache=True, nogil=True)
def away_at_distance(
    shape_of: np.ndarray,
    travelled: np.ndarray,
    stop_x: np.ndarray,
    stop_y: np.ndarray,
    shape_offsets: np.ndarray,
    px: np.ndarray,
    py: np.ndarray,
    dist: np.ndarray,
    out: np.ndarray,
) -> None:
    """Metres from each stop to the point of its shape at the distance travelled; NaN beyond its ends."""
    for k in range(len(travelled)):
        s0, s1 = shape_offsets[shape_of[k]], shape_offsets[shape_of[k] + 1]
        at = s0 + np.searchsorted(dist[s0:s1], travelled[k])
        if at == s0:
            at = s0 + 1
        if at >= s1 or travelled[k] < dist[s0]:
            out[k] = np.nan
            continue
        width = dist[at] - dist[at - 1]
        t = (travelled[k] - dist[at - 1]) / width if width > 0.0 else 0.0
        x = px[at - 1] + t * (px[at] - px[at - 1])
        y = py[at - 1] + t * (py[at] - py[at - 1])
        out[k] = np.hypot(x - stop_x[k], y - stop_y[k])
