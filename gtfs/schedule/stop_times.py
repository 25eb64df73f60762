"""`stop_times.txt` grouped by trip, without the trips that cannot be trusted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.errors import Severity
from gtfs.model.schedule import I8, I32, I64, NONE, NOWHERE_BETWEEN, Bool, Stops, StopTimes, Trips
from gtfs.schedule.columns import Columns


class Calls(NamedTuple):
    """The rows of the usable trips, and what became of each trip; masks of shape (trips,)."""

    table: StopTimes
    usable: Bool
    on_demand: Bool  # left out without blame: it serves zones or windows, not a timetable
    lonely: Bool  # left out: fewer than two stops


def read_stop_times(
    columns: Columns,
    stops: Stops,
    trips: Trips,
    trip_bad: Bool,
    zone_ids: frozenset[str],
    of_route: tuple[I8, I8],
) -> Calls:
    """Rows grouped by trip and ordered.

    A trip is left out, and its rows reported, if any of them has a wrong time, stop or sequence, if its ends
    have no time, if it arrives before it left, or if it is one of `trip_bad`. Rows of GTFS-Flex (zones,
    windows) belong to no timetable: they are set aside without a finding, what is left of their trip is kept.
    `of_route` is what routes.txt says of continuous pickup and drop-off, which a row overrides.
    """
    trip = columns.index("trip_id", trips.ids, "trips.trip_id")
    # An area of Fares v2 may bear the name of one of its stops.
    on_demand = _on_demand(columns, zone_ids.difference(stops.ids))
    stop = columns.index("stop_id", stops.ids, "stops.stop_id", exempt=on_demand)
    arrival, arrival_bad = columns.time("arrival_time")
    departure, departure_bad = columns.time("departure_time")
    sequence = columns.integer("stop_sequence")
    row_bad = (stop == NONE) | arrival_bad | departure_bad | (sequence == NONE)
    _report_stations(columns, stop, stops)
    if (sequence == NONE).any():
        message, fix = "the value is missing", "Number the stops of a trip upwards"
        columns.report(~columns.given("stop_sequence") & ~on_demand, "stop_sequence", message, fix)
    order = _ordered(trip, sequence, on_demand)
    owner = trip[order]
    counts = np.bincount(owner, minlength=len(trips.ids))
    bad = trip_bad | (np.bincount(owner, weights=row_bad[order], minlength=len(trips.ids)) > 0)
    bad |= _untimed_ends(columns, order, counts, arrival, departure, bad)
    bad |= _backwards(columns, order, owner, arrival, departure, bad)
    _repeated(columns, order, owner, sequence, bad)
    usable = ~bad & (counts >= 2)
    flexible = np.zeros(len(trips.ids), np.bool_)
    flexible[trip[on_demand & (trip != NONE)]] = True
    keep = order[usable[owner]]
    headsigns = columns.text("stop_headsign")
    named = np.flatnonzero(columns.given("stop_headsign")[keep])
    anywhere = [
        np.where(own == NONE, general[trips.route[trip[keep]]], own)
        for own, general in zip((c[keep] for c in continuous(columns, NONE)), of_route, strict=True)
    ]
    if all((values == NOWHERE_BETWEEN).all() for values in anywhere):
        anywhere = [np.empty(0, np.int8)] * 2
    table = StopTimes(
        offsets=np.concatenate(([0], np.cumsum(counts[usable]))).astype(np.int64),
        stop=stop[keep],
        sequence=sequence[keep],
        arrival_s=arrival[keep],
        departure_s=departure[keep],
        pickup_type=columns.small("pickup_type", range(4))[keep],
        drop_off_type=columns.small("drop_off_type", range(4))[keep],
        shape_dist=columns.decimal("shape_dist_traveled")[keep],
        headsigns=dict(zip(named.tolist(), headsigns.gather(keep[named]).str.strip_chars(), strict=True)),
        continuous_pickup=anywhere[0],
        continuous_drop_off=anywhere[1],
    )
    left = ~usable & ~bad
    return Calls(table, usable, on_demand=left & flexible, lonely=left & ~flexible)


def continuous(columns: Columns, default: int) -> tuple[I8, I8]:
    """Continuous pickup and drop-off of routes.txt or stop_times.txt; blank is `default`."""
    pickup, drop_off = (
        columns.small(f"continuous_{what}", range(4), default) for what in ("pickup", "drop_off")
    )
    return pickup, drop_off


def _on_demand(columns: Columns, zone_ids: frozenset[str]) -> Bool:
    """Rows served in a window or a zone. Drafts of 2021 named the zone in stop_id."""
    names = ("location_group_id", "location_id", "start_pickup_drop_off_window")
    rows = np.zeros(columns.height, np.bool_)
    for name in names:
        rows |= columns.given(name)
    if zone_ids:
        rows |= columns.text("stop_id").is_in(list(zone_ids)).to_numpy()
    return rows


def _report_stations(columns: Columns, stop: I32, stops: Stops) -> None:
    """Calls at stations, entrances and nodes: wrong, but what is meant is clear enough to keep the trip."""
    wrong = stops.location_type != 0
    if wrong.any():
        rows: Bool = np.append(wrong, False)[stop]  # NONE looks at the last entry
        message = "a vehicle cannot call at a station, an entrance or a node"
        columns.report(rows, "stop_id", message, "Name one of its stops or platforms")


def _ordered(trip: I32, sequence: I32, on_demand: Bool) -> I64:
    """Rows of known trips by trip and sequence, in file order where these are equal."""
    rows = np.flatnonzero((trip != NONE) & ~on_demand)
    t, s = trip[rows], sequence[rows]
    if np.all((t[1:] > t[:-1]) | ((t[1:] == t[:-1]) & (s[1:] >= s[:-1]))):
        return rows  # most feeds come sorted
    order: I64 = rows[np.lexsort((s, t))]
    return order


def _untimed_ends(
    columns: Columns, order: I64, counts: I64, arrival: I32, departure: I32, known_bad: Bool
) -> Bool:
    """Trips whose first departure or last arrival is blank: there is nothing to interpolate from."""
    bad = np.zeros(len(counts), np.bool_)
    served = np.flatnonzero((counts > 0) & ~known_bad)
    ends = np.cumsum(counts)[served]
    wrong_rows = np.zeros(columns.height, np.bool_)
    for rows in (order[ends - counts[served]], order[ends - 1]):
        untimed = (arrival[rows] == NONE) & (departure[rows] == NONE)
        bad[served[untimed]] = True
        wrong_rows[rows[untimed]] = True
    columns.report(
        wrong_rows, "arrival_time", "the first or last stop of the trip has no time", "Give both times"
    )
    return bad


def _backwards(
    columns: Columns, order: I64, owner: I32, arrival: I32, departure: I32, known_bad: Bool
) -> Bool:
    """Trips that arrive before they left."""
    times = np.stack((arrival[order], departure[order]), axis=1).ravel()
    where = np.arange(len(times)) if (times != NONE).all() else np.flatnonzero(times != NONE)
    times = times[where]
    earlier = np.flatnonzero(times[1:] < times[:-1]) + 1
    at = where[earlier] // 2
    same = (owner[at] == owner[where[earlier - 1] // 2]) & ~known_bad[owner[at]]
    wrong_rows = np.zeros(columns.height, np.bool_)
    wrong_rows[order[at[same]]] = True
    columns.report(
        wrong_rows,
        "arrival_time",
        "the time lies before the previous one of its trip",
        "Write times after midnight beyond 24:00:00",
    )
    bad = np.zeros(len(known_bad), np.bool_)
    bad[owner[at[same]]] = True
    return bad


def _repeated(columns: Columns, order: I64, owner: I32, sequence: I32, known_bad: Bool) -> None:
    s = sequence[order]
    again = np.flatnonzero((owner[1:] == owner[:-1]) & (s[1:] == s[:-1])) + 1
    wrong_rows = np.zeros(columns.height, np.bool_)
    wrong_rows[order[again[~known_bad[owner[again]]]]] = True
    message = "the trip has this number twice; the order of the file counts"
    columns.report(
        wrong_rows, "stop_sequence", message, "Number the stops of a trip upwards", Severity.WARNING
    )
