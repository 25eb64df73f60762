"""What rules look at: the feed's tables and the indexes that several rules share, each made once."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, I32, I64
from gtfs.schedule.feed import Feed
from gtfs.validate.calls import Calls, calls_of
from gtfs.validate.lines import Lines, lines_of
from gtfs.validate.service_days import ServiceDays, service_days
from gtfs.validate.table import NONE, Table
from gtfs.validate.zones import Zones, zones_of

__all__ = ["Context", "StopRows"]

EPOCH = date(1970, 1, 1).toordinal()


class StopRows(NamedTuple):
    """`stops.txt` as numbers; arrays of shape (stops,)."""

    lat: F64  # degrees, NaN if missing or wrong
    lon: F64
    kind: I64  # location_type, 0 if blank
    parent: I32  # row of parent_station, NONE


class Context:
    """One feed under judgement on one day."""

    def __init__(self, feed: Feed, today: date, profile: str = "gtfs") -> None:
        self.feed = feed
        self.today = today
        self.today_day = today.toordinal() - EPOCH
        """Today as days since 1970-01-01."""
        self.profile = profile
        self._tables: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        """A table by stem; a missing one has no rows."""
        if name not in self._tables:
            self._tables[name] = Table(self.feed, name)
        return self._tables[name]

    @cached_property
    def tables(self) -> list[Table]:
        """All tables of the feed, in the order of their names."""
        return [self.table(name) for name in sorted(self.feed.tables)]

    @cached_property
    def stops(self) -> StopRows:
        """Positions, kinds and parents of the stops."""
        stops = self.table("stops")
        return StopRows(
            _within(stops.numbers("stop_lat"), 90.0),
            _within(stops.numbers("stop_lon"), 180.0),
            stops.choice("location_type"),
            stops.find("parent_station", stops, "stop_id"),
        )

    @cached_property
    def calls(self) -> Calls:
        """`stop_times.txt` by trip and sequence."""
        return calls_of(self.table("stop_times"), self.table("trips"), self.table("stops"))

    @cached_property
    def trip_route(self) -> I32:
        """Row of the route per row of `trips.txt`, NONE."""
        return self.table("trips").find("route_id", self.table("routes"), "route_id")

    @cached_property
    def lines(self) -> Lines:
        """`shapes.txt` in the order of travel."""
        return lines_of(self.table("shapes"))

    @cached_property
    def trip_shape(self) -> I64:
        """Number of the shape in `lines` per row of `trips.txt`, NONE."""
        trips, shapes = self.table("trips"), self.table("shapes")
        first = trips.find("shape_id", shapes, "shape_id")
        codes = np.append(shapes.column("shape_id").codes.astype(np.int64), NONE)[first]
        numbers: I64 = np.append(self.lines.number, NONE)[codes]
        return numbers

    @cached_property
    def services(self) -> ServiceDays:
        """Running days of every service."""
        return service_days(self.table("calendar"), self.table("calendar_dates"))

    @cached_property
    def zones(self) -> Zones:
        """`locations.geojson` as far as it can be read."""
        return zones_of(self.feed.raw.get("locations.geojson"))

    @cached_property
    def has_windows(self) -> bool:
        """Whether any row of `stop_times.txt` has a pickup or drop-off window."""
        times = self.table("stop_times")
        names = ("start_pickup_drop_off_window", "end_pickup_drop_off_window")
        return any(bool(times.given(n).any()) for n in names)


def _within(values: F64, bound: float) -> F64:
    return np.where(np.abs(values) <= bound, values, np.nan)
