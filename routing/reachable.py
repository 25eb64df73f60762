"""What can be reached: from one place in so many minutes, and from many places to many.

Times are those of the planner: what `plan` finds, `reachable` finds, but for walks longer than the query's
longest one. Distances come from one search to everywhere instead of one for each destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from routing.day_network import DayNetwork
from routing.kernels.layout import UNREACHED
from routing.needs import Needs
from routing.on_demand import BOARD_S
from routing.planner import Planner
from routing.ports import Starts, Surface
from routing.query import Point, Query
from routing.rides import Ends

__all__ = ["NOWHERE", "Goals", "Reached", "matrix", "reached"]

I32 = npt.NDArray[np.int32]
F64 = npt.NDArray[np.float64]

NOWHERE = -1
"""Seconds of what is not reached."""


@dataclass(frozen=True, slots=True)
class Reached:
    """All that one can be at within a time; seconds count from the question's time."""

    stop_s: I32  # (stops of the schedule,) by vehicle, 0 where one starts there; NOWHERE if not
    surface: Surface
    point_s: I32  # (points that were asked for,)


def reached(
    planner: Planner,
    query: Query,
    limit_s: int,
    points: tuple[F64, F64],
    *,
    transit: bool = True,
    stations: Sequence[tuple[Point, int]] = (),
) -> Reached:
    """Everything within `limit_s` of the query's origin; its destination is not looked at.

    With `arrive_by` all from where one is at the origin by that time, leaving no earlier than `limit_s`
    before it. `points` are latitudes and longitudes.
    `stations` are reached by other means, so many seconds from the question's time; their vehicles can be
    boarded BOARD_S later. Raises as `Planner.plan` does.
    """
    day, seconds = planner.service_time(query.at)
    planner.check(replace(query, destination=query.origin), day)
    network = planner.network
    count = len(network.schedule.stops.ids)
    stop_s = np.full(count, UNREACHED, np.int64)
    if transit:
        on = network.on(day, Needs.of(query))
        found = _everywhere(planner, on, query, seconds, limit_s, stations)
        np.minimum.at(stop_s, network.splits.stop_of, found)
    for stop in _own_stops(planner, query.origin):
        stop_s[stop] = 0
    for station, after_s in stations:
        for stop in _own_stops(planner, station):
            stop_s[stop] = min(stop_s[stop], after_s)
    there = np.flatnonzero(stop_s <= limit_s).astype(np.int32)
    surface, point_s = network.streets.spread(
        Starts(query.origin.lat, query.origin.lon, there, stop_s[there].astype(np.int32)),
        points,
        profile=query.profile, speed_m_s=query.walk_speed_m_s, walk_s_max=query.walk_s_max,
        limit_s=limit_s, backward=query.arrive_by,
    )  # fmt: skip
    point_s[(points[0] == query.origin.lat) & (points[1] == query.origin.lon)] = 0
    return Reached(np.where(stop_s <= limit_s, stop_s, NOWHERE).astype(np.int32), surface, point_s)


def matrix(
    planner: Planner,
    query: Query,
    origins: Sequence[Point],
    to: Sequence[Point],
    limit_s: int,
    *,
    transit: bool = True,
) -> Iterator[I32]:
    """Row by row, seconds from each origin to each destination, NOWHERE beyond `limit_s`.

    `query` says when and how; its ends are not looked at. With `arrive_by` seconds before its time at which
    one must leave. Places off the map are NOWHERE; a day without a timetable raises NoService.
    """
    if query.arrive_by:  # the same question asked backwards: destinations are where searches begin
        goals = Goals(planner, query, origins, transit=transit)
        rows = [goals.row(begin, query.at, limit_s) for begin in to]
        yield from np.array(rows, np.int32).reshape(len(to), len(origins)).T
        return
    goals = Goals(planner, query, to, transit=transit)
    for begin in origins:
        yield goals.row(begin, query.at, limit_s)


class Goals:
    """Many destinations, made ready once for searches from many places and at many times of a day or two.

    With `arrive_by` they are where one sets out, and searches begin at the other end. Raises NoService.
    """

    def __init__(
        self, planner: Planner, query: Query, goals: Sequence[Point], *, transit: bool = True
    ) -> None:
        self._planner, self._query, self._transit = planner, query, transit
        self._goals = list(goals)
        self._day, _ = planner.service_time(query.at)
        planner.check_day(self._day)
        self._on = planner.network.on(self._day, Needs.of(query))
        ends = [_ends(planner, query, g, self._on, first=False) for g in self._goals]
        none = [np.empty(0, np.int32)]
        self._stops = np.concatenate([e.stops for e in ends] or none)
        self._extra = np.concatenate([e.seconds for e in ends] or none)
        self._owner = np.repeat(np.arange(len(goals)), [len(e.stops) for e in ends])
        self._lat = np.array([g.lat for g in goals], np.float64)
        self._lon = np.array([g.lon for g in goals], np.float64)
        self._walked: dict[Point, npt.NDArray[np.int64]] = {}

    def row(self, begin: Point, at: datetime, limit_s: int) -> I32:
        """Seconds from `begin` at `at`, within a day of the query's time; NOWHERE beyond `limit_s`."""
        seconds = int(at.timestamp()) - self._planner.network.clock.origin(self._day)
        best = self._on_foot(begin)
        if self._transit:
            asked = replace(self._query, origin=begin, destination=begin)
            by_stop = _everywhere(self._planner, self._on, asked, seconds, limit_s)
            best = best.copy()
            np.minimum.at(best, self._owner, by_stop[self._stops] + self._extra)
        return np.where(best <= limit_s, best, NOWHERE).astype(np.int32)

    def _on_foot(self, begin: Point) -> npt.NDArray[np.int64]:
        known = self._walked.get(begin)
        if known is None:
            query = self._query
            known = self._planner.network.streets.walks(
                begin.lat, begin.lon, (self._lat, self._lon), profile=query.profile,
                speed_m_s=query.walk_speed_m_s, limit_s=query.walk_s_max, backward=query.arrive_by,
            ).astype(np.int64)  # fmt: skip
            known[known < 0] = UNREACHED
            known[(self._lat == begin.lat) & (self._lon == begin.lon)] = 0  # not to the street and back
            self._walked[begin] = known
        return known


def _everywhere(
    planner: Planner,
    on: DayNetwork,
    query: Query,
    seconds: int,
    limit_s: int,
    stations: Sequence[tuple[Point, int]] = (),
) -> npt.NDArray[np.int64]:
    """Seconds after (or before) the query's time at which vehicles are at each search stop."""
    side = on.backward if query.arrive_by else on.forward
    start = _ends(planner, query, query.origin, on, first=True)
    if stations:
        more = [_ends(planner, query, station, on, first=True) for station, _ in stations]
        after = [BOARD_S + after_s for _, after_s in stations]
        start = Ends(
            np.concatenate((start.stops, *(e.stops for e in more))),
            np.concatenate(
                (start.seconds, *(e.seconds + s for e, s in zip(more, after, strict=True)))
            ).astype(np.int32),
        )
    begin = -seconds if query.arrive_by else seconds
    found = planner.searcher().everywhere(side, start, begin, begin + limit_s, query.interchanges_max + 1)
    return np.where(found < UNREACHED, found.astype(np.int64) - begin, UNREACHED)


def _ends(planner: Planner, query: Query, point: Point, on: DayNetwork, *, first: bool) -> Ends:
    """Where a search begins (`first`) or ends, in the direction of the query; nothing off the map."""
    return planner.ends(point, query, on, backward=query.arrive_by is first)


def _own_stops(planner: Planner, point: Point) -> Iterator[int]:
    network = planner.network
    for stop_id in point.stop_ids:
        stop = network.stop_index.get(stop_id)
        if stop is not None:
            yield from network.platforms.get(stop, (stop,))
