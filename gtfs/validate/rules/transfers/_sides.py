"""The two trips of an interchange, each with its route and stop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import I32, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.table import NONE


class Side(NamedTuple):
    """One side of all rows; arrays of shape (rows,) unless said."""

    trip_field: str
    route_field: str
    stop_field: str
    trip: I32  # row of trips.txt, NONE
    route: I32  # route of the trip, NONE
    both: I64  # shape (k,): rows that name a known trip and a known stop
    calling: Bool  # shape (k,): whether the trip calls there
    edge: Bool  # shape (k,): whether that is its last (on the first side) or first call (on the second)


_SIDES = (
    ("from_trip_id", "from_route_id", "from_stop_id", True),
    ("to_trip_id", "to_route_id", "to_stop_id", False),
)


def sides(context: Context) -> list[Side]:
    """Both sides; none if no row names a trip."""
    table, trips, stops = context.table("transfers"), context.table("trips"), context.table("stops")
    if not (table.given("from_trip_id").any() or table.given("to_trip_id").any()):
        return []
    owners = [table.find(names[0], trips, "trip_id") for names in _SIDES]
    calls = _Calls(context)
    found = []
    for trip, (trip_field, route_field, stop_field, last) in zip(owners, _SIDES, strict=True):
        stop = table.find(stop_field, stops, "stop_id")
        both = np.flatnonzero((trip >= 0) & (stop >= 0))
        calling, edge = calls.at(trip[both], stop[both], last=last)
        route = np.append(context.trip_route, NONE)[trip]
        found.append(Side(trip_field, route_field, stop_field, trip, route, both, calling, edge))
    return found


def stays_seated(context: Context) -> Bool:
    """Which rows say that riders stay in the vehicle."""
    seated: Bool = context.table("transfers").choice("transfer_type") == 4
    return seated


class _Calls:
    """Which trips call at which stops; a transfer at a station holds for its platforms."""

    def __init__(self, context: Context) -> None:
        self._calls = context.calls
        self._parent = np.append(context.stops.parent, NONE)
        self._group = np.full(context.table("trips").height + 1, NONE, np.int64)
        self._group[self._calls.trips()] = np.arange(len(self._calls.offsets) - 1)
        self._group[-1] = NONE  # rows of trips that are unknown

    def at(self, trip: I32, stop: I32, last: bool) -> tuple[Bool, Bool]:
        """Whether the trip calls there, and whether that is its last (first) call; all rows are known ones."""
        group = self._group[trip]
        begin = self._calls.offsets[group]
        counts = np.where(group >= 0, self._calls.offsets[group + 1] - begin, 0)
        asked = np.repeat(np.arange(len(trip)), counts)
        place = np.arange(len(asked)) + np.repeat(begin - np.cumsum(counts) + counts, counts)
        hit = self._is(place, stop[asked])
        calling: Bool = np.bincount(asked[hit], minlength=len(trip)) > 0
        edge = np.minimum(begin + (counts - 1 if last else 0), len(self._calls.stop) - 1)
        return calling, calling & self._is(edge, stop)

    def _is(self, place: I64, stop: I32) -> Bool:
        called = self._calls.stop[place]
        found: Bool = (called == stop) | (self._parent[called] == stop)
        return found
