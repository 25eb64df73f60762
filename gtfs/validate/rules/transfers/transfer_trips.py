"""Interchanges of single trips: whether trip, route and stop belong together."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I32, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

ROUTE = kind(
    "transfer_with_invalid_trip_and_route",
    ERROR,
    (
        "the trip belongs to route {expected}",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name the trip's own route, or leave the route empty.",
    ),
    (
        "この便の路線は {expected} です",
        "乗り換えが無視され、接続が案内されません。",
        "便の路線を書くか、空にしてください。",
    ),
)
STOP = kind(
    "transfer_with_invalid_trip_and_stop",
    ERROR,
    (
        "the trip {trip} does not call at this stop or station",
        "The interchange is ignored, and riders miss connections that exist.",
        "Name a stop of the trip.",
    ),
    (
        "便 {trip} はこの停留所に停まりません",
        "乗り換えが無視され、接続が案内されません。",
        "便が停まる停留所を書いてください。",
    ),
)
MIDDLE = kind(
    "transfer_with_suspicious_mid_trip_in_seat",
    WARNING,
    (
        "staying seated is said of a stop in the middle of trip {trip}",
        "Riders may be told to stay in a vehicle that goes elsewhere.",
        "Name the last stop of the first trip and the first stop of the second.",
    ),
    (
        "便 {trip} の途中の停留所で乗り続けるとされています",
        "別の所へ行く車両に乗り続けるよう案内するおそれがあります。",
        "前の便の終点と次の便の始点を書いてください。",
    ),
)
TYPES = kind(
    "inconsistent_route_type_for_in_seat_transfer", WARNING,
    ("staying seated leads from route type {before} to {after}", "A vehicle does not turn from bus into train.", "Correct the trips, or the types of their routes."),
    ("種別 {before} から {after} へ乗り続けるとされています", "バスが鉄道に変わることはありません。", "便か路線の種別を直してください。"),
)  # fmt: skip
KINDS = (ROUTE, STOP, MIDDLE, TYPES)
_FAMILIES = {0: 2, 1: 2, 2: 2, 12: 2, 11: 3}
"""Trams, metros and trains run through onto one another's tracks, trolleybuses beyond their wires."""
_SIDES = (
    ("from", "from_trip_id", "from_route_id", "from_stop_id"),
    ("to", "to_trip_id", "to_route_id", "to_stop_id"),
)


def check(context: Context, report: Report) -> None:
    """Both sides of every row that names a trip."""
    table, trips = context.table("transfers"), context.table("trips")
    if not (table.given("from_trip_id").any() or table.given("to_trip_id").any()):
        return
    routes, stops = context.table("routes"), context.table("stops")
    in_seat = table.choice("transfer_type") == 4
    named = np.zeros(trips.height + 1, np.bool_)
    for _, trip_name, _, _ in _SIDES:
        named[table.find(trip_name, trips, "trip_id")] = True
    named[-1] = False
    calls = _Calls(context, named)
    own_types = []
    for side, trip_name, route_name, stop_name in _SIDES:
        trip = table.find(trip_name, trips, "trip_id")
        own = np.append(context.trip_route, -1)[trip]
        route = table.find(route_name, routes, "route_id")
        wrong = (trip >= 0) & table.given(route_name) & (route != own)

        def expected(row: int, own: I32 = own) -> dict[str, object]:
            return {"expected": routes.text(int(own[row]), "route_id") if own[row] >= 0 else "?"}

        report.rows(ROUTE, table, np.flatnonzero(wrong), route_name, expected)
        stop = table.find(stop_name, stops, "stop_id")
        both = np.flatnonzero((trip >= 0) & (stop >= 0))
        calling, edge = calls.at(trip[both], stop[both], last=side == "from")

        def details(row: int, name: str = trip_name) -> dict[str, object]:
            return {"trip": table.text(row, name)}

        report.rows(STOP, table, both[~calling], stop_name, details)
        report.rows(MIDDLE, table, both[calling & ~edge & in_seat[both]], stop_name, details)
        own_types.append(np.append(routes.choice("route_type", -1), -1)[own])
    before, after = own_types
    mixed = in_seat & (before >= 0) & (after >= 0) & (_family(before) != _family(after))
    report.rows(
        TYPES, table, np.flatnonzero(mixed), "to_trip_id",
        lambda row: {"before": int(before[row]), "after": int(after[row])},
    )  # fmt: skip


def _family(types: I64) -> I64:
    out = types.copy()
    for own, family in _FAMILIES.items():
        out[types == own] = family
    return out


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
