"""From tables of strings to the typed schedule that the router reads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from gtfs.errors import FeedError, Problem, Severity
from gtfs.model.schedule import (
    I32,
    NONE,
    Agencies,
    Bool,
    Frequencies,
    Routes,
    Schedule,
    Services,
    Shapes,
    Stops,
    StopTimes,
    Transfers,
    Trips,
)
from gtfs.schedule.calendar import services
from gtfs.schedule.columns import Columns
from gtfs.schedule.feed import Feed, zones
from gtfs.schedule.translations import translations

__all__ = ["to_schedule"]

_ROUTE_TYPES = (*range(8), 11, 12, *range(100, 1800))


def to_schedule(feed: Feed, *, strict: bool = False) -> Schedule:
    """Typed columns of a feed.

    A trip that cannot be trusted (a time that is no time, a stop nobody knows) is left out whole; every such
    finding is appended to `feed.problems`. Raises FeedError if no trip is left, or, when `strict`, at any
    finding of severity error.
    """
    problems: list[Problem] = []
    agencies = _agencies(Columns("agency", feed.table("agency"), problems))
    stops = _stops(Columns("stops", _unique(feed, "stops", "stop_id", problems), problems))
    routes = _routes(Columns("routes", _unique(feed, "routes", "route_id", problems), problems), agencies)
    running = services(feed, problems)
    shapes = _shapes(Columns("shapes", feed.table("shapes"), problems))
    trips, trip_bad = _trips(
        Columns("trips", _unique(feed, "trips", "trip_id", problems), problems), routes, running, shapes
    )
    stop_times, trips = _stop_times(
        Columns("stop_times", feed.table("stop_times"), problems), stops, trips, trip_bad, zones(feed)
    )
    schedule = Schedule(
        agencies=agencies,
        stops=stops,
        routes=routes,
        trips=trips,
        stop_times=stop_times,
        services=running,
        frequencies=_frequencies(Columns("frequencies", feed.table("frequencies"), problems), trips),
        transfers=_transfers(Columns("transfers", feed.table("transfers"), problems), stops, trips, routes),
        shapes=shapes,
        translations=translations(feed),
        feed_lang=_feed_lang(feed),
        timezone=agencies.timezones[0] if agencies.timezones else "",
    )
    feed.problems += problems
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if (strict and errors) or not trips.ids:
        hopeless = Problem(
            "trips.txt",
            0,
            "",
            "",
            "no trip of the feed can be used",
            "Mend the files, or choose another feed",
        )
        raise FeedError(feed.source, errors or [hopeless])
    return schedule


def _unique(feed: Feed, name: str, key: str, problems: list[Problem]) -> pl.DataFrame:
    """The table with the first of each repeated key; the others are reported."""
    table = feed.table(name)
    if key not in table.columns:
        fix = "Name the column in the first line of the file"
        raise FeedError(feed.source, [Problem(f"{name}.txt", 1, key, "", "the column is missing", fix)])
    first = table[key].is_first_distinct()
    if first.all():
        return table
    Columns(name, table, problems).report(
        (~first).to_numpy(),
        key,
        "the identifier is taken already; the first one counts",
        "Give it one of its own",
    )
    return table.filter(first)


def _feed_lang(feed: Feed) -> str:
    for table, column in (("feed_info", "feed_lang"), ("agency", "agency_lang")):
        frame = feed.table(table)
        if column in frame.columns and frame.height:
            return str(frame[column][0]).strip()
    return ""


def _agencies(columns: Columns) -> Agencies:
    return Agencies(
        ids=columns.texts("agency_id"),
        names=columns.texts("agency_name"),
        timezones=columns.texts("agency_timezone"),
        urls=columns.texts("agency_url"),
    )


def _stops(columns: Columns) -> Stops:
    ids = tuple(columns.text("stop_id").to_list())
    parent = columns.index("parent_station", ids, "stop_id", required=False)
    own = columns.small("wheelchair_boarding", (0, 1, 2))
    # "If the stop has a parent and this is empty or 0, it inherits" (reference, stops.wheelchair_boarding).
    wheelchair = np.where((own == 0) & (parent != NONE), own[parent], own) if len(ids) else own
    return Stops(
        ids=ids,
        codes=columns.texts("stop_code"),
        names=columns.texts("stop_name"),
        platform_codes=columns.texts("platform_code"),
        lat=columns.decimal("stop_lat", -90, 90),
        lon=columns.decimal("stop_lon", -180, 180),
        location_type=columns.small("location_type", range(5)),
        parent=parent,
        wheelchair=wheelchair,
    )


def _routes(columns: Columns, agencies: Agencies) -> Routes:
    if len(agencies.ids) == 1:  # agency_id may be left out where there is one agency
        agency: I32 = np.zeros(columns.height, np.int32)
    else:
        agency = columns.index("agency_id", tuple(dict.fromkeys(agencies.ids)), "agency.agency_id")
    kinds = columns.integer("route_type", 3)
    known = np.isin(kinds, _ROUTE_TYPES)
    columns.report(~known, "route_type", "no such kind of vehicle", "Use a route_type of the GTFS reference")
    return Routes(
        ids=tuple(columns.text("route_id").to_list()),
        agency=agency,
        short_names=columns.texts("route_short_name"),
        long_names=columns.texts("route_long_name"),
        types=np.where(known, kinds, 3).astype(np.int32),
        colors=columns.texts("route_color"),
        text_colors=columns.texts("route_text_color"),
    )


def _trips(columns: Columns, routes: Routes, running: Services, shapes: Shapes) -> tuple[Trips, Bool]:
    """All trips, and which of them name a route or service that does not exist."""
    route = columns.index("route_id", routes.ids, "routes.route_id")
    service = columns.index("service_id", running.ids, "calendar.service_id")
    blocks = columns.text("block_id").str.strip_chars()
    block_ids = tuple(b for b in blocks.unique(maintain_order=True).to_list() if b)
    block = blocks.cast(pl.Enum(block_ids), strict=False).to_physical().cast(pl.Int32)
    trips = Trips(
        ids=tuple(columns.text("trip_id").to_list()),
        route=route,
        service=service,
        headsigns=columns.texts("trip_headsign"),
        short_names=columns.texts("trip_short_name"),
        direction=columns.small("direction_id", (0, 1), NONE),
        block=block.fill_null(NONE).to_numpy().astype(np.int32),
        shape=columns.index("shape_id", shapes.ids, "shapes.shape_id", required=False),
        wheelchair=columns.small("wheelchair_accessible", (0, 1, 2)),
        bikes=columns.small("bikes_allowed", (0, 1, 2)),
    )
    return trips, (route == NONE) | (service == NONE)


def _stop_times(
    columns: Columns, stops: Stops, trips: Trips, trip_bad: Bool, zone_ids: frozenset[str]
) -> tuple[StopTimes, Trips]:
    """Rows grouped by trip and ordered, and the trips that have usable rows."""
    trip = columns.index("trip_id", trips.ids, "trips.trip_id")
    stop_ids = columns.text("stop_id")
    # A Flex row serves a zone instead of a stop; drafts of 2021 named the zone in stop_id.
    on_zone = (columns.text("location_group_id") + columns.text("location_id") != "").to_numpy()
    on_zone |= stop_ids.is_in(list(zone_ids)).to_numpy()
    stop = columns.index("stop_id", stops.ids, "stops.stop_id", exempt=on_zone)
    arrival, arrival_bad = columns.time("arrival_time")
    departure, departure_bad = columns.time("departure_time")
    sequence = columns.integer("stop_sequence")
    order = np.lexsort((sequence, trip))
    order = order[trip[order] != NONE]
    counts = np.bincount(trip[order], minlength=len(trips.ids))
    row_bad = (stop == NONE) | arrival_bad | departure_bad
    # A Flex row leaves its trip to the Flex reader: it is not wrong, but no timetable has it.
    bad = trip_bad | (np.bincount(trip[order], weights=row_bad[order], minlength=len(trips.ids)) > 0)
    bad |= _untimed_ends(columns, order, counts, arrival, departure, bad)
    bad |= _backwards(columns, order, trip, arrival, departure, bad)
    columns_trips = ~bad & (counts >= 2)
    keep = order[columns_trips[trip[order]]]
    kept = _select(trips, columns_trips)
    headsigns = columns.text("stop_headsign")
    named = np.flatnonzero((headsigns != "").to_numpy()[keep])
    return (
        StopTimes(
            offsets=np.concatenate(([0], np.cumsum(counts[columns_trips]))).astype(np.int64),
            stop=stop[keep],
            sequence=sequence[keep],
            arrival_s=arrival[keep],
            departure_s=departure[keep],
            pickup_type=columns.small("pickup_type", range(4))[keep],
            drop_off_type=columns.small("drop_off_type", range(4))[keep],
            shape_dist=columns.decimal("shape_dist_traveled")[keep],
            headsigns={int(k): headsigns[int(keep[k])] for k in named},
        ),
        kept,
    )


def _untimed_ends(
    columns: Columns, order: np.ndarray, counts: np.ndarray, arrival: I32, departure: I32, known_bad: Bool
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
    columns: Columns, order: np.ndarray, trip: I32, arrival: I32, departure: I32, known_bad: Bool
) -> Bool:
    """Trips that arrive before they left."""
    times = np.stack((arrival[order], departure[order]), axis=1).ravel()
    where = np.flatnonzero(times != NONE)
    owner = trip[order][where // 2]
    earlier = (np.diff(times[where]) < 0) & (owner[1:] == owner[:-1]) & ~known_bad[owner[1:]]
    rows = order[where[1:][earlier] // 2]
    wrong_rows = np.zeros(columns.height, np.bool_)
    wrong_rows[rows] = True
    columns.report(
        wrong_rows,
        "arrival_time",
        "the time lies before the previous one of its trip",
        "Write times after midnight beyond 24:00:00",
    )
    bad = np.zeros(len(known_bad), np.bool_)
    bad[owner[1:][earlier]] = True
    return bad


def _select(trips: Trips, keep: Bool) -> Trips:
    if keep.all():
        return trips
    pick: Callable[[tuple[str, ...]], tuple[str, ...]] = lambda texts: tuple(  # noqa: E731
        t for t, k in zip(texts, keep.tolist(), strict=True) if k
    )
    return Trips(
        ids=pick(trips.ids),
        route=trips.route[keep],
        service=trips.service[keep],
        headsigns=pick(trips.headsigns),
        short_names=pick(trips.short_names),
        direction=trips.direction[keep],
        block=trips.block[keep],
        shape=trips.shape[keep],
        wheelchair=trips.wheelchair[keep],
        bikes=trips.bikes[keep],
    )


def _frequencies(columns: Columns, trips: Trips) -> Frequencies:
    trip = columns.index("trip_id", trips.ids, "trips.trip_id")
    start, start_bad = columns.time("start_time")
    end, end_bad = columns.time("end_time")
    headway = columns.integer("headway_secs")
    wrong = (headway <= 0) & (columns.height > 0)
    columns.report(wrong, "headway_secs", "not a positive number of seconds", "Give the headway in seconds")
    keep = (trip != NONE) & ~start_bad & ~end_bad & ~wrong
    exact = columns.small("exact_times", (0, 1))
    return Frequencies(trip[keep], start[keep], end[keep], headway[keep], exact[keep])


def _transfers(columns: Columns, stops: Stops, trips: Trips, routes: Routes) -> Transfers:
    from_trip = columns.index("from_trip_id", trips.ids, "trips.trip_id", required=False)
    to_trip = columns.index("to_trip_id", trips.ids, "trips.trip_id", required=False)
    from_stop = columns.index("from_stop_id", stops.ids, "stops.stop_id", required=False)
    to_stop = columns.index("to_stop_id", stops.ids, "stops.stop_id", required=False)
    # A rule for a trip that is not there (or was left out) must not become a rule for all trips.
    lost = np.zeros(columns.height, np.bool_)
    for index, name in (
        (from_trip, "from_trip_id"),
        (to_trip, "to_trip_id"),
        (from_stop, "from_stop_id"),
        (to_stop, "to_stop_id"),
    ):
        lost |= (index == NONE) & (columns.text(name) != "").to_numpy()
    from_route = columns.index("from_route_id", routes.ids, "routes.route_id", required=False)
    to_route = columns.index("to_route_id", routes.ids, "routes.route_id", required=False)
    keep = ~lost
    return Transfers(
        from_stop=from_stop[keep],
        to_stop=to_stop[keep],
        type=columns.small("transfer_type", range(6))[keep],
        min_s=columns.integer("min_transfer_time")[keep],
        from_trip=from_trip[keep],
        to_trip=to_trip[keep],
        from_route=from_route[keep],
        to_route=to_route[keep],
    )


def _shapes(columns: Columns) -> Shapes:
    table = columns.table
    if not table.height:
        return Shapes((), np.zeros(1, np.int64), np.empty(0), np.empty(0), np.empty(0))
    ids = tuple(table["shape_id"].unique(maintain_order=True).to_list())
    shape = columns.index("shape_id", ids, "shapes.shape_id")
    order = np.lexsort((columns.integer("shape_pt_sequence"), shape))
    lat, lon = columns.decimal("shape_pt_lat", -90, 90), columns.decimal("shape_pt_lon", -180, 180)
    order = order[~(np.isnan(lat) | np.isnan(lon))[order]]
    counts = np.bincount(shape[order], minlength=len(ids))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Shapes(ids, offsets, lat[order], lon[order], columns.decimal("shape_dist_traveled")[order])
