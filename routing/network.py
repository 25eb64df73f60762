"""Everything a planner reads, compiled once: timetable, interchanges, streets and the names of things."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from gtfs.model.schedule import Schedule
from routing.kernels.bounds import HopGraph, hop_graph
from routing.kernels.layout import DayTimetable, Interchanges, Timetable
from routing.ports import Streets
from routing.query import DEFAULT_WALK_SPEED_M_S, Profile
from routing.street.beeline import BeelineStreets
from routing.street.graph import StreetGraph
from routing.street.router import StreetRouter
from routing.timetable.build import build_timetable
from routing.timetable.day import Day, cut_day, mirrored, mirrored_interchanges
from routing.timetable.interchange import interchanges, platforms_of

INTERCHANGE_WALK_S_MAX = 900
"""Longest walk between two vehicles."""
_LONELY_WALK_S_MAX = 300
"""The same where no street map is known and the feed names no transfer for the stop."""
_DAYS_KEPT = 8


@dataclass(frozen=True, slots=True)
class SearchSide:
    """One direction of search on one day."""

    timetable: DayTimetable
    change: Interchanges
    hops: HopGraph


@dataclass(frozen=True, slots=True)
class DayNetwork:
    """A day, ready to be searched forwards and backwards."""

    day: Day
    forward: SearchSide
    backward: SearchSide


class Network:
    """Immutable after construction but for a cache of days; safe to share between threads."""

    def __init__(
        self,
        schedule: Schedule,
        timetable: Timetable,
        change: Interchanges,
        graph: StreetGraph | None,
        street_names: tuple[str, ...] = (),
    ) -> None:
        self.schedule = schedule
        self.timetable = timetable
        self.change = change
        self.graph = graph
        self.street_names = street_names
        stops = schedule.stops
        self.streets: Streets = (
            BeelineStreets(*_boarding_positions(schedule))
            if graph is None
            else StreetRouter(graph, *_boarding_positions(schedule))
        )
        self.stop_index = {stop_id: k for k, stop_id in enumerate(stops.ids)}
        self.platforms = platforms_of(schedule)
        self._days: OrderedDict[date, DayNetwork] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def service_dates(self) -> tuple[date, date]:
        """First and last day on which anything runs."""
        running = np.flatnonzero(self.timetable.service_active.any(axis=0))
        first = self.schedule.services.first_date
        if not len(running):
            return first, first
        return first + timedelta(days=int(running[0])), first + timedelta(days=int(running[-1]))

    def on(self, day: date) -> DayNetwork:
        """The network of one service day, cut on first use and kept for the next queries."""
        with self._lock:
            if day in self._days:
                self._days.move_to_end(day)
                return self._days[day]
        cut = cut_day(self.timetable, self.schedule.services.first_date, day, len(self.schedule.stops.ids))
        turned, turned_change = mirrored(cut.timetable), mirrored_interchanges(self.change)
        made = DayNetwork(
            cut,
            SearchSide(cut.timetable, self.change, hop_graph(cut.timetable, self.change)),
            SearchSide(turned, turned_change, hop_graph(turned, turned_change)),
        )
        with self._lock:
            self._days[day] = made
            while len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return made


def build_network(
    schedule: Schedule, graph: StreetGraph | None = None, street_names: tuple[str, ...] = ()
) -> Network:
    """Compile a schedule, with a street graph if there is one.

    Without a map only stops for which `transfers.txt` says nothing are joined by short straight walks: a feed
    that names its interchanges is believed to name them all.
    """
    positions = _boarding_positions(schedule)
    if graph is None:
        walks = BeelineStreets(*_lonely(schedule)).footpaths(
            profile=Profile.WALK, speed_m_s=DEFAULT_WALK_SPEED_M_S, limit_s=_LONELY_WALK_S_MAX
        )
    else:
        walks = StreetRouter(graph, *positions).footpaths(
            profile=Profile.WALK, speed_m_s=DEFAULT_WALK_SPEED_M_S, limit_s=INTERCHANGE_WALK_S_MAX
        )
    return Network(schedule, build_timetable(schedule), interchanges(schedule, walks), graph, street_names)


def _boarding_positions(schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the stops where vehicles call; NaN for stations, entrances and the like."""
    boards = schedule.stops.location_type == 0
    return np.where(boards, schedule.stops.lat, np.nan), np.where(boards, schedule.stops.lon, np.nan)


def _lonely(schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    lat, lon = _boarding_positions(schedule)
    named = np.zeros(len(lat), np.bool_)
    for column in (schedule.transfers.from_stop, schedule.transfers.to_stop):
        named[column[column >= 0]] = True
    return np.where(named, np.nan, lat), np.where(named, np.nan, lon)
