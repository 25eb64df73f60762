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
    named = np.zeros(trips.height + 1, np.bool_)
    for trip in owners:
        named[trip] = True
    named[-1] = False
    calls = _Calls(context, named)
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
    """Which of the named trips call at which stops."""

    def __init__(self, context: Context, named: Bool) -> None:
        calls, stops = context.calls, context.stops
        self._count = len(stops.lat) + 1
        parent = np.append(stops.parent, -1)
        edges = {True: calls.offsets[1:] - 1, False: calls.offsets[:-1]}
        at = np.flatnonzero(named[calls.trip])
        self._pairs = self._keys(calls.trip[at], calls.stop[at], parent)
        self._edges = {
            last: self._keys(calls.trip[k], calls.stop[k], parent)
            for last, k in ((last, k[named[calls.trip[k]]]) for last, k in edges.items())
        }

    def _keys(self, trip: I32, stop: I32, parent: I32) -> I64:
        """Numbers of (trip, stop) and of (trip, station): a transfer at a station holds for its platforms."""
        above = parent[stop]
        own = trip.astype(np.int64) * self._count
        return np.sort(
            np.concatenate((own[stop >= 0] + stop[stop >= 0], own[above >= 0] + above[above >= 0]))
        )

    def at(self, trip: I32, stop: I32, last: bool) -> tuple[Bool, Bool]:
        """Whether the trip calls there, and whether that is its last (first) call."""
        asked = trip.astype(np.int64) * self._count + stop
        return _among(asked, self._pairs), _among(asked, self._edges[last])


def _among(asked: I64, known: I64) -> Bool:
    """Which of `asked` are in the sorted `known`; a hash would be slower for so many."""
    place = np.searchsorted(known, asked)
    found: Bool = np.append(known, -1)[place] == asked
    return found
