"""Stops laid on the line of their trip, once for the four rules about it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gtfs.model.schedule import F64, I64
from gtfs.validate.context import Context
from gtfs.validate.lines import Lines, Patterns, on_plane, patterns_of
from gtfs.validate.notice import Kind, Report
from gtfs.validate.table import NONE

RADIUS_M = 100.0
RAIL_RADIUS_M = 400.0
"""Rail and ferry stops are drawn at the middle of long platforms and piers."""
_WIDE = (2, 4)


class Matching:
    """Every distinct pattern of stops along a shape, on the plane of its shape.

    Arrays of shape (stops of patterns,): `at` position in Calls, `shape` number of the shape, `nearest` metres to
    the shape, `matches` how often it passes, `radius` how far it may be, `away` metres at the distance that the
    feed gives (NaN if it gives none). `broken`: the stops that lie before the one before them.
    """

    def __init__(self, context: Context, patterns: Patterns, travelled: F64) -> None:
        from gtfs.validate.kernels.matching import away_at_distance, match_patterns  # numba is slow to import

        self.context, self.lines, self.calls = context, context.lines, context.calls
        lines = self.lines
        begin = lines.offsets[:-1]
        counts = np.diff(lines.offsets)
        lat_0, lon_0 = lines.lat[begin], lines.lon[begin]
        px, py = on_plane(lines.lat, lines.lon, np.repeat(lat_0, counts), np.repeat(lon_0, counts))
        step = np.hypot(np.diff(px, prepend=0.0), np.diff(py, prepend=0.0))
        step[begin] = 0.0
        total = np.cumsum(step)
        along = total - np.repeat(total[begin], counts)
        shape = np.repeat(patterns.shape, np.diff(patterns.offsets))
        lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
        stop = self.calls.stop[patterns.calls]
        placed = ~np.isnan(lat[stop]) & ~np.isnan(lon[stop])
        self.at, self.shape = patterns.calls[placed], shape[placed]
        offsets = np.concatenate(([0], np.cumsum(placed)))[patterns.offsets].astype(np.int64)
        stop = stop[placed]
        x, y = on_plane(lat[stop], lon[stop], lat_0[self.shape], lon_0[self.shape])
        trip = self.calls.trips()[patterns.group]
        kinds = np.append(context.table("routes").choice("route_type", -1), -1)[context.trip_route[trip]]
        radius: F64 = np.where(np.isin(kinds, _WIDE), RAIL_RADIUS_M, RADIUS_M)
        self.radius = np.repeat(radius, np.diff(offsets))
        self.nearest, self.matches = np.zeros(len(self.at)), np.zeros(len(self.at), np.int64)
        broken = match_patterns(
            offsets, x, y, patterns.shape, lines.offsets, px, py, along, radius, self.nearest, self.matches
        )
        self.broken: I64 = broken[broken >= 0]
        self.away = np.full(len(self.at), np.nan)
        given = np.flatnonzero(~np.isnan(travelled[self.at]))
        if len(given) and not np.isnan(lines.dist).all():
            away = np.full(len(given), np.nan)
            away_at_distance(
                self.shape[given], travelled[self.at[given]], x[given], y[given], lines.offsets, px, py,
                _complete(lines), away,
            )  # fmt: skip
            self.away[given] = away

    def tell(
        self,
        report: Report,
        kind: Kind,
        found: I64,
        details: Callable[[int], dict[str, object]],
        field: str = "stop_id",
    ) -> None:
        """One finding per shape and stop of the places `found` (positions in the arrays)."""
        if not len(found):
            return
        times, trips, shapes = (self.context.table(n) for n in ("stop_times", "trips", "shapes"))
        keys = np.stack((self.shape[found], self.calls.stop[self.at[found]]), axis=1)
        _, once = np.unique(keys, axis=0, return_index=True)
        chosen = found[np.sort(once)]
        where = {int(self.calls.rows[self.at[k]]): int(k) for k in chosen.tolist()}

        def said(row: int) -> dict[str, object]:
            k = where[row]
            first = int(self.lines.rows[self.lines.offsets[self.shape[k]]])
            trip = trips.text(int(self.calls.trip[self.at[k]]), "trip_id")
            return {"shape": shapes.text(first, "shape_id"), "trip": trip, **details(k)}

        rows = np.array(list(where), np.int64)
        report.rows(kind, times, rows, field, said)
        report.more(kind, len(chosen) - len(rows))


def matching(context: Context) -> Matching | None:
    """The stops of all patterns on their shapes; None if no trip has a shape that is a line."""
    if (
        not context.table("shapes").height
        or not len(context.stops.lat)
        or not (context.trip_shape >= 0).any()
    ):
        return None
    lines = context.lines
    points = np.diff(np.append(lines.offsets, lines.offsets[-1]))[context.trip_shape]
    travelled = context.table("stop_times").numbers("shape_dist_traveled")[context.calls.rows]
    patterns = patterns_of(context.calls, np.where(points > 1, context.trip_shape, NONE), travelled)
    return Matching(context, patterns, travelled) if len(patterns.group) else None


def _complete(lines: Lines) -> F64:
    """Distances of shapes that have all of theirs and let them never fall; infinite throughout for others."""
    dist = lines.dist.copy()
    counts = np.diff(lines.offsets)
    bad_point = np.isnan(dist)
    bad_point[1:] |= (np.diff(dist) < 0) & ~lines.first[1:]
    bad = np.add.reduceat(bad_point.astype(np.int64), lines.offsets[:-1]) > 0
    dist[np.repeat(bad, counts)] = np.inf
    return dist
