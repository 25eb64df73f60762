"""What rules look at: the feed's tables and the indexes that several rules share, each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, TypeVar

import numpy as np

from gtfs.errors import Problem
from gtfs.model.schedule import F64, I32, I64, Bool
from gtfs.schedule.feed import Feed
from gtfs.validate.calls import Calls, calls_of
from gtfs.validate.lines import Lines, lines_of
from gtfs.validate.once import Once
from gtfs.validate.service_days import ServiceDays, service_days
from gtfs.validate.table import NONE, Table
from gtfs.validate.zones import Zones, zones_of

__all__ = ["WINDOW_END", "WINDOW_START", "Context", "StopRows"]

T = TypeVar("T")
WINDOW_START, WINDOW_END = "start_pickup_drop_off_window", "end_pickup_drop_off_window"
EPOCH = date(1970, 1, 1).toordinal()


class StopRows(NamedTuple):
    """`stops.txt` as numbers; arrays of shape (stops,)."""

    lat: F64  # degrees, NaN if missing or wrong
    lon: F64
    kind: I64  # location_type, 0 if blank
    parent: I32  # row of parent_station, NONE


class Context:
    """One feed under judgement on one day. Rules may ask it from several threads."""

    def __init__(
        self, feed: Feed, today: date, profile: str = "gtfs", findings: Iterable[Problem] = ()
    ) -> None:
        self.feed = feed
        self.problems = [*feed.problems, *findings]
        """What was found while the feed was read."""
        self.failures: list[tuple[str, str]] = []
        """Rules that failed, with the reason."""
        self.today = today
        self.today_day = today.toordinal() - EPOCH
        """Today as days since 1970-01-01."""
        self.profile = profile
        self._tables: dict[str, Table] = {}
        self._facts = Once()

    def fact(self, make: Callable[[Context], T]) -> T:
        """What several rules look at, worked out by `make` when the first of them asks."""
        return self._facts.get(make, lambda: make(self))

    def table(self, name: str) -> Table:
        """A table by stem; a missing one has no rows."""
        return self._tables.get(name) or self._tables.setdefault(name, Table(self.feed, name))

    @property
    def tables(self) -> list[Table]:
        """All tables of the feed, in the order of their names."""
        return [self.table(name) for name in sorted(self.feed.tables)]

    @property
    def stops(self) -> StopRows:
        """Positions, kinds and parents of the stops."""
        return self.fact(_stops)

    @property
    def calls(self) -> Calls:
        """`stop_times.txt` by trip and sequence."""
        return self.fact(_calls)

    @property
    def trip_route(self) -> I32:
        """Row of the route per row of `trips.txt`, NONE."""
        return self.fact(_trip_route)

    @property
    def lines(self) -> Lines:
        """`shapes.txt` in the order of travel."""
        return self.fact(_lines)

    @property
    def trip_shape(self) -> I64:
        """Number of the shape in `lines` per row of `trips.txt`, NONE."""
        return self.fact(_trip_shape)

    @property
    def services(self) -> ServiceDays:
        """Running days of every service."""
        return self.fact(_services)

    @property
    def zones(self) -> Zones:
        """`locations.geojson` as far as it can be read."""
        return self.fact(_zones)

    @property
    def stop_of_row(self) -> I32:
        """Row of the stop per row of `stop_times.txt`, NONE."""
        return self.fact(_stop_of_row)

    @property
    def windowed(self) -> Bool:
        """Which rows of `stop_times.txt` have an end of a pickup or drop-off window."""
        return self.fact(_windowed)

    @property
    def zoned(self) -> Bool:
        """Which rows of `stop_times.txt` are at a zone or a group of stops."""
        return self.fact(_zoned)

    @property
    def has_windows(self) -> bool:
        """Whether any row of `stop_times.txt` has a pickup or drop-off window."""
        return bool(self.windowed.any())


def _stops(context: Context) -> StopRows:
    stops = context.table("stops")
    return StopRows(
        _within(stops.numbers("stop_lat"), 90.0),
        _within(stops.numbers("stop_lon"), 180.0),
        stops.choice("location_type"),
        stops.find("parent_station", stops, "stop_id"),
    )


def _calls(context: Context) -> Calls:
    return calls_of(context.table("stop_times"), context.table("trips"), context.table("stops"))


def _trip_route(context: Context) -> I32:
    return context.table("trips").find("route_id", context.table("routes"), "route_id")


def _lines(context: Context) -> Lines:
    return lines_of(context.table("shapes"))


def _trip_shape(context: Context) -> I64:
    trips, shapes = context.table("trips"), context.table("shapes")
    first = trips.find("shape_id", shapes, "shape_id")
    codes = np.append(shapes.column("shape_id").codes.astype(np.int64), NONE)[first]
    numbers: I64 = np.append(context.lines.number, NONE)[codes]
    return numbers


def _services(context: Context) -> ServiceDays:
    return service_days(context.table("calendar"), context.table("calendar_dates"))


def _zones(context: Context) -> Zones:
    return zones_of(context.feed.raw.get("locations.geojson"))


def _stop_of_row(context: Context) -> I32:
    return context.table("stop_times").find("stop_id", context.table("stops"), "stop_id")


def _windowed(context: Context) -> Bool:
    times = context.table("stop_times")
    return times.given(WINDOW_START) | times.given(WINDOW_END)


def _zoned(context: Context) -> Bool:
    times = context.table("stop_times")
    return times.given("location_id") | times.given("location_group_id")


def _within(values: F64, bound: float) -> F64:
    return np.where(np.abs(values) <= bound, values, np.nan)
