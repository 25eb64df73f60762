"""Distances along the shape that stop times give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.sphere import distance_m
from gtfs.validate.table import NONE, Table


class Travelled(NamedTuple):
    """Calls that give a distance, in the order of travel; arrays of shape (calls,)."""

    at: I64  # position in Calls
    group: I64  # number of the trip's group
    value: F64


def travelled(context: Context) -> Travelled:
    """All calls with a distance."""
    calls = context.calls
    times = context.table("stop_times")
    if not times.has("shape_dist_traveled"):
        none = np.zeros(0, np.int64)
        return Travelled(none, none, np.zeros(0))
    value = times.numbers("shape_dist_traveled")[calls.rows]
    at = np.flatnonzero(~np.isnan(value))
    return Travelled(at, calls.group[at], value[at])


class Ends(NamedTuple):
    """Trips that give distances and have a shape; arrays of shape (trips,)."""

    first: I64  # row of stop_times.txt of the first distance
    last: I64  # and of the last one
    partly: Bool  # the shape lacks distances
    over: Bool  # the last distance is beyond the end of the shape
    length: F64  # the shape's last distance
    metres: F64  # between the end of the shape and the stop

    def tell(self, report: Report, kind: Kind, times: Table, chosen: Bool) -> None:
        """One finding per chosen trip, at its last distance."""
        said = {
            int(r): {"length": f"{n:g}", "metres": f"{m:.1f}"}
            for r, n, m in zip(self.last, self.length, self.metres, strict=True)
        }
        report.rows(kind, times, self.last[chosen], "shape_dist_traveled", lambda row: dict(said[row]))


THRESHOLD_M = 11.1


def ends(context: Context) -> Ends:
    """The first and last distance of every such trip, against its shape."""
    calls, lines = context.calls, context.lines
    at, group, value = context.fact(travelled)
    change = group[1:] != group[:-1]
    last = np.flatnonzero(np.append(change, True)) if len(at) else at
    first = np.flatnonzero(np.concatenate(([True], change))) if len(at) else at
    shape = np.append(context.trip_shape, NONE)[calls.trip[at[last]]]
    good = shape >= 0
    last, first, shape = last[good], first[good], shape[good]
    gaps = np.concatenate(([0], np.cumsum(np.isnan(lines.dist))))
    partly = gaps[lines.offsets[shape + 1]] > gaps[lines.offsets[shape]]
    end = lines.offsets[shape + 1] - 1
    length = lines.dist[end]
    stop = calls.stop[at[last]]
    lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
    metres = distance_m(lines.lat[end], lines.lon[end], lat[stop], lon[stop])
    over = ~partly & (value[last] > length)
    return Ends(calls.rows[at[first]], calls.rows[at[last]], partly, over, length, metres)
