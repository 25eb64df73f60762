"""How fast trips go from call to call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.sphere import chords_m, unit_vectors
from gtfs.validate.values import WRONG

SPEED_KMH_MAX = {0: 100, 1: 150, 2: 500, 3: 150, 4: 80, 5: 30, 6: 50, 7: 50, 11: 150, 12: 150}
"""By route_type; others go at most 200 km/h."""
_OTHER_KMH_MAX = 200
ROUNDING_S = 60
"""Times in whole minutes may be up to a minute apart from the true ones."""


class Steps(NamedTuple):
    """Calls with known times and places in the order of travel; arrays of shape (calls,) unless said."""

    at: I64  # position in Calls
    group: I64  # number of the trip's group
    limit: F64  # km/h
    metres: F64  # shape (calls - 1,): from each call to the next one, 0 between trips
    seconds: F64  # likewise: the time that it may have taken
    suspect: Bool  # likewise: too fast by the times as they are written


def steps(context: Context) -> Steps | None:
    """Every call against the one before; None if nothing goes too fast."""
    calls, stops = context.calls, context.stops
    usable = (calls.stop >= 0) & (calls.departure > WRONG) & (calls.arrival > WRONG)
    if len(stops.lat) == 0 or not usable.any():
        return None
    placed = np.append(~np.isnan(stops.lat) & ~np.isnan(stops.lon), False)
    usable &= placed[calls.stop]
    at = np.arange(len(calls.rows)) if usable.all() else np.flatnonzero(usable)
    group = calls.group[at]
    same = group[1:] == group[:-1]
    vectors = unit_vectors(stops.lat, stops.lon)
    stop = calls.stop[at]
    metres = np.where(same, chords_m(vectors, stop[:-1], stop[1:]), 0.0)
    arrival, departure = calls.arrival[at], calls.departure[at]
    taken = (arrival[1:] - departure[:-1]).astype(np.float64)
    limit = _limits(context)[calls.trip[at]]
    suspect = same & (taken >= 0) & (metres > limit[1:] / 3.6 * taken)
    if not suspect.any():
        return None
    whole = (arrival[1:] % 60 == 0) & (departure[:-1] % 60 == 0)
    seconds = np.maximum(taken + np.where(whole, ROUNDING_S, 0), 1.0)
    return Steps(at, group, limit, metres, seconds, suspect)


def _limits(context: Context) -> F64:
    """km/h by row of trips.txt, with one more at the end for unknown trips."""
    types = np.append(context.table("routes").choice("route_type", -1), -1)
    kinds = np.append(types[context.trip_route], -1)
    limits = np.full(len(kinds), float(_OTHER_KMH_MAX))
    for kind_, limit in SPEED_KMH_MAX.items():
        limits[kinds == kind_] = limit
    return limits
