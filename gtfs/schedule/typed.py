"""From tables of strings to the typed schedule that the router reads."""

from __future__ import annotations

from itertools import compress
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from gtfs.errors import FeedError, Problem, Severity
from gtfs.model.schedule import (
    I32,
    NONE,
    NOWHERE_BETWEEN,
    Agencies,
    Bool,
    Frequencies,
    Routes,
    Schedule,
    Services,
    Shapes,
    Stops,
    Transfers,
    Trips,
)
from gtfs.schedule.calendar import services
from gtfs.schedule.columns import Columns
from gtfs.schedule.feed import Feed, zones
from gtfs.schedule.pathways import read_pathways
from gtfs.schedule.stop_times import continuous, read_stop_times
from gtfs.schedule.translations import translations

__all__ = ["to_schedule"]

_ROUTE_TYPES = (*range(8), 11, 12, *range(100, 1800))
_BUS = 3
_NESTING_MAX = 2  # boarding area in platform in station


def to_schedule(feed: Feed, *, strict: bool = False, on_demand_alone: bool = False) -> Schedule:
    """Typed columns of a feed; identifiers are those of the feed without blanks round them.

    A trip that cannot be trusted (a time that is no time, a stop, route or service nobody knows) is left out
    whole; every such finding is appended to `feed.problems`. Raises FeedError if no trip is left, if the feed
    does not say its time zone, or, when `strict`, if reading or typing found anything of severity error.
    With `on_demand_alone` a feed whose trips all run on demand is good: it stands beside other feeds.
    """
    problems: list[Problem] = []
    agencies = _agencies(feed, problems)
    stops = _stops(_keyed(feed, "stops", "stop_id", problems))
    route_columns = _keyed(feed, "routes", "route_id", problems)
    routes, of_route = _routes(route_columns, agencies), continuous(route_columns, NOWHERE_BETWEEN)
    running = services(feed, problems)
    shapes = _shapes(Columns(feed, "shapes", problems))
    trip_columns = _keyed(feed, "trips", "trip_id", problems)
    listed, bad = _trips(trip_columns, routes, running, shapes)
    columns = Columns(feed, "stop_times", problems)
    calls = read_stop_times(columns, stops, listed, bad, zones(feed), of_route)
    message, fix = "the trip has fewer than two stops", "Give its stops in stop_times.txt, or remove it"
    trip_columns.report(calls.lonely, "trip_id", message, fix, Severity.WARNING)
    trips = _Kept(listed, calls.usable)
    schedule = Schedule(
        agencies=agencies,
        stops=stops,
        routes=routes,
        trips=trips.selected(),
        stop_times=calls.table,
        services=running,
        frequencies=_frequencies(Columns(feed, "frequencies", problems), trips),
        transfers=_transfers(Columns(feed, "transfers", problems), stops, trips, routes),
        shapes=shapes,
        translations=translations(feed),
        feed_lang=_feed_lang(feed),
        timezone=agencies.timezones[0],
        pathways=read_pathways(feed, stops, problems),
    )
    feed.problems[:] = dict.fromkeys((*feed.problems, *problems))
    errors = [p for p in feed.problems if p.severity is Severity.ERROR]
    if not schedule.trips.ids and not (on_demand_alone and calls.on_demand.any()):
        raise FeedError(feed.source, errors or [_hopeless(bool(calls.on_demand.any()))])
    if strict and errors:
        raise FeedError(feed.source, errors)
    return schedule


def _hopeless(on_demand: bool) -> Problem:
    if on_demand:
        message = "the feed has on-demand services (GTFS-Flex) only, no timetable"
        return Problem("trips.txt", 0, "", "", message, "Give it together with the area's timetable feeds")
    message = "no trip of the feed calls at two stops"
    return Problem("trips.txt", 0, "", "", message, "Give the stops of its trips in stop_times.txt")


def _keyed(feed: Feed, name: str, key: str, problems: list[Problem]) -> Columns:
    """A table whose rows have distinct keys: rows without one and repeated ones are reported and left out."""
    columns = Columns(feed, name, problems)
    if key not in columns.table.columns:
        fix = "Name the column in the first line of the file"
        raise FeedError(feed.source, [Problem(columns.file, 1, key, "", "the column is missing", fix)])
    given = columns.given(key)
    columns.report(~given, key, "the value is missing", "Give each row an identifier of its own")
    columns.keep(given)
    first = columns.text(key).str.strip_chars().is_first_distinct().to_numpy()
    message, fix = "the identifier is taken already; the first one counts", "Give it one of its own"
    columns.report(~first, key, message, fix)
    columns.keep(first)
    return columns


def _feed_lang(feed: Feed) -> str:
    for table, column in (("feed_info", "feed_lang"), ("agency", "agency_lang")):
        frame = feed.table(table)
        if column in frame.columns and frame.height:
            return str(frame[column][0]).strip()
    return ""


def _agencies(feed: Feed, problems: list[Problem]) -> Agencies:
    columns = Columns(feed, "agency", problems)
    ids = columns.text("agency_id").str.strip_chars()
    first = ids.is_first_distinct().to_numpy()
    message, fix = "the identifier is taken already; the first one counts", "Give it one of its own"
    columns.report(~first, "agency_id", message, fix)
    columns.keep(first)
    zone_names = columns.texts("agency_timezone")
    line, name = (columns.line(0), zone_names[0]) if zone_names else (0, "")
    if not _is_zone(name):
        fix = "Give an IANA name, e.g. Asia/Tokyo: without it no time of the feed means anything"
        message = "no such time zone" if name else "the time zone is missing"
        raise FeedError(feed.source, [Problem(columns.file, line, "agency_timezone", name, message, fix)])
    differs = np.array([z != name for z in zone_names])
    message, fix = f"the agencies of a feed share one time zone; {name} is taken", "Split the feed"
    columns.report(differs, "agency_timezone", message, fix)
    return Agencies(
        ids=columns.texts("agency_id"),
        names=columns.texts("agency_name"),
        timezones=zone_names,
        urls=columns.texts("agency_url"),
        phones=columns.texts("agency_phone"),
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such file, a path trick, a folder
        return False
    return bool(name)


def _stops(columns: Columns) -> Stops:
    ids = columns.texts("stop_id")
    parent = columns.index("parent_station", ids, "stops.stop_id", required=False)
    parent = _without_loops(columns, parent)
    wheelchair = columns.small("wheelchair_boarding", (0, 1, 2))
    for _ in range(_NESTING_MAX):
        # Empty or 0 means "as the parent" (reference, stops.wheelchair_boarding).
        wheelchair = np.where((wheelchair == 0) & (parent != NONE), wheelchair[parent], wheelchair)
    return Stops(
        ids=ids,
        codes=columns.texts("stop_code"),
        names=columns.texts("stop_name"),
        platform_codes=columns.texts("platform_code"),
        lat=columns.decimal("stop_lat", -90, 90),
        lon=columns.decimal("stop_lon", -180, 180),
        location_type=columns.small("location_type", range(5), severity=Severity.ERROR),
        parent=parent,
        wheelchair=wheelchair,
    )


def _without_loops(columns: Columns, parent: I32) -> I32:
    """A stop whose line of parents does not end soon (it is its own grandparent, say) has none."""
    ancestor = parent
    padded = np.append(parent, NONE)  # NONE looks at the last entry
    for _ in range(_NESTING_MAX):
        ancestor = padded[ancestor]
    endless = ancestor != NONE
    message = f"stops are nested more than {_NESTING_MAX + 1} deep, or in a circle"
    columns.report(endless, "parent_station", message, "Name the station that the stop belongs to")
    return np.where(endless, NONE, parent).astype(np.int32)


def _routes(columns: Columns, agencies: Agencies) -> Routes:
    alone = len(agencies.ids) == 1  # agency_id may be left out where there is one agency, and is understood
    severity = Severity.WARNING if alone else Severity.ERROR
    agency = columns.index(
        "agency_id", agencies.ids, "agency.agency_id", required=not alone, severity=severity
    )
    kinds = columns.integer("route_type")
    known = np.isin(kinds, _ROUTE_TYPES)
    message, fix = "no such kind of vehicle; taken as a bus", "Use a route_type of the GTFS reference"
    # What is no number at all has been reported already.
    unknown = ~known & ((kinds != NONE) | ~columns.given("route_type"))
    columns.report(unknown, "route_type", message, fix)
    return Routes(
        ids=columns.texts("route_id"),
        agency=np.zeros(columns.height, np.int32) if alone else agency,
        short_names=columns.texts("route_short_name"),
        long_names=columns.texts("route_long_name"),
        types=np.where(known, kinds, _BUS).astype(np.int32),
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
        ids=columns.texts("trip_id"),
        route=route,
        service=service,
        headsigns=columns.texts("trip_headsign"),
        short_names=columns.texts("trip_short_name"),
        direction=columns.small("direction_id", (0, 1), NONE),
        block=block.fill_null(NONE).to_numpy().astype(np.int32),
        shape=columns.index(
            "shape_id", shapes.ids, "shapes.shape_id", required=False, severity=Severity.WARNING
        ),
        wheelchair=columns.small("wheelchair_accessible", (0, 1, 2)),
        bikes=columns.small("bikes_allowed", (0, 1, 2)),
    )
    return trips, (route == NONE) | (service == NONE)


class _Kept:
    """The trips that stay, and their new numbers."""

    def __init__(self, listed: Trips, keep: Bool) -> None:
        self._listed = listed
        self._keep = keep
        self._number = np.append(np.where(keep, np.cumsum(keep) - 1, NONE), NONE).astype(np.int32)

    def index(self, columns: Columns, column: str, *, required: bool = False) -> I32:
        """Trips that a column names, NONE also for those left out: these have been reported already."""
        found = columns.index(column, self._listed.ids, "trips.trip_id", required=required)
        numbers: I32 = self._number[found]
        return numbers

    def selected(self) -> Trips:
        """The trips that stay."""
        listed, keep = self._listed, self._keep
        if keep.all():
            return listed
        chosen = keep.tolist()
        return Trips(
            ids=tuple(compress(listed.ids, chosen)),
            route=listed.route[keep],
            service=listed.service[keep],
            headsigns=tuple(compress(listed.headsigns, chosen)),
            short_names=tuple(compress(listed.short_names, chosen)),
            direction=listed.direction[keep],
            block=listed.block[keep],
            shape=listed.shape[keep],
            wheelchair=listed.wheelchair[keep],
            bikes=listed.bikes[keep],
        )


def _frequencies(columns: Columns, trips: _Kept) -> Frequencies:
    trip = trips.index(columns, "trip_id", required=True)
    start, start_bad = columns.time("start_time")
    end, end_bad = columns.time("end_time")
    headway = columns.integer("headway_secs", low=1)
    for name in ("start_time", "end_time", "headway_secs"):
        columns.report(~columns.given(name), name, "the value is missing", "Fill it in or remove the row")
    keep = (trip != NONE) & ~start_bad & ~end_bad & (start != NONE) & (end != NONE) & (headway != NONE)
    exact = columns.small("exact_times", (0, 1))
    return Frequencies(trip[keep], start[keep], end[keep], headway[keep], exact[keep])


def _transfers(columns: Columns, stops: Stops, trips: _Kept, routes: Routes) -> Transfers:
    found = {
        "from_stop_id": columns.index("from_stop_id", stops.ids, "stops.stop_id", required=False),
        "to_stop_id": columns.index("to_stop_id", stops.ids, "stops.stop_id", required=False),
        "from_trip_id": trips.index(columns, "from_trip_id"),
        "to_trip_id": trips.index(columns, "to_trip_id"),
        "from_route_id": columns.index("from_route_id", routes.ids, "routes.route_id", required=False),
        "to_route_id": columns.index("to_route_id", routes.ids, "routes.route_id", required=False),
    }
    # A rule for a trip that is not there (or was left out) must not become a rule for all trips.
    keep = np.ones(columns.height, np.bool_)
    for name, index in found.items():
        keep &= (index != NONE) | ~columns.given(name)
    return Transfers(
        from_stop=found["from_stop_id"][keep],
        to_stop=found["to_stop_id"][keep],
        type=columns.small("transfer_type", range(6), severity=Severity.ERROR)[keep],
        min_s=columns.integer("min_transfer_time")[keep],
        from_trip=found["from_trip_id"][keep],
        to_trip=found["to_trip_id"][keep],
        from_route=found["from_route_id"][keep],
        to_route=found["to_route_id"][keep],
    )


def _shapes(columns: Columns) -> Shapes:
    ids = tuple(s for s in dict.fromkeys(columns.texts("shape_id")) if s)
    shape = columns.index("shape_id", ids, "shapes.shape_id")
    sequence = columns.integer("shape_pt_sequence")
    lat, lon = columns.decimal("shape_pt_lat", -90, 90), columns.decimal("shape_pt_lon", -180, 180)
    dist = columns.decimal("shape_dist_traveled")
    order = np.lexsort((sequence, shape))
    order = order[((shape != NONE) & (sequence != NONE) & ~np.isnan(lat) & ~np.isnan(lon))[order]]
    counts = np.bincount(shape[order], minlength=len(ids))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Shapes(ids, offsets, lat[order], lon[order], dist[order])
