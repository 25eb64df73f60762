"""What can be reached: from one place in so many minutes, and from many places to many.

Times are those of the planner: what `plan` finds, `reachable` finds, but for walks longer than the query's
longest one. Distances come from one search to everywhere instead of one for each destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from routing.kernels.layout import UNREACHED
from routing.network import DayNetwork, Needs
from routing.planner import Planner
from routing.ports import Starts, Surface
from routing.query import Point, Query
from routing.search import Ends

__all__ = ["NOWHERE", "Reached", "matrix", "reached"]

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
    planner: Planner, query: Query, limit_s: int, points: tuple[F64, F64], *, transit: bool = True
) -> Reached:
    """Everything within `limit_s` of the query's origin; its destination is not looked at.

    With `arrive_by` all from where one is at the origin by that time, leaving no earlier than `limit_s`
    before it. `points` are latitudes and longitudes. Raises as `Planner.plan` does.
    """
    day, seconds = planner.service_time(query.at)
    planner.check(replace(query, destination=query.origin), day)
    network = planner.network
    count = len(network.schedule.stops.ids)
    stop_s = np.full(count, UNREACHED, np.int64)
    if transit:
        on = network.on(day, Needs.of(query))
        found = _everywhere(planner, on, query, seconds, limit_s)
        np.minimum.at(stop_s, network.splits.stop_of, found)
    for stop in _own_stops(planner, query.origin):
        stop_s[stop] = 0
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
    day, seconds = planner.service_time(query.at)
    planner.check_day(day)
    on = planner.network.on(day, Needs.of(query))
    if query.arrive_by:  # the same question asked backwards: destinations are where searches begin
        rows = _rows(planner, query, on, seconds, list(to), list(origins), limit_s, transit)
        yield from np.array(list(rows), np.int32).reshape(len(to), len(origins)).T
        return
    yield from _rows(planner, query, on, seconds, list(origins), list(to), limit_s, transit)


def _rows(
    planner: Planner,
    query: Query,
    on: DayNetwork,
    seconds: int,
    begins: list[Point],
    goals: list[Point],
    limit_s: int,
    transit: bool,
) -> Iterator[I32]:
    ends = [_ends(planner, query, g, on, first=False) for g in goals]
    stops = np.concatenate([e.stops for e in ends]) if ends else np.empty(0, np.int32)
    extra = np.concatenate([e.seconds for e in ends]) if ends else np.empty(0, np.int32)
    owner = np.repeat(np.arange(len(goals)), [len(e.stops) for e in ends])
    where = (np.array([g.lat for g in goals], np.float64), np.array([g.lon for g in goals], np.float64))
    for begin in begins:
        asked = replace(query, origin=begin, destination=begin)
        ridden = np.full(len(goals), UNREACHED, np.int64)
        if transit:
            by_stop = _everywhere(planner, on, asked, seconds, limit_s)
            np.minimum.at(ridden, owner, by_stop[stops] + extra)
        walked = planner.network.streets.walks(
            begin.lat, begin.lon, where, profile=query.profile, speed_m_s=query.walk_speed_m_s,
            limit_s=query.walk_s_max, backward=query.arrive_by,
        ).astype(np.int64)  # fmt: skip
        walked[walked < 0] = UNREACHED
        walked[(where[0] == begin.lat) & (where[1] == begin.lon)] = 0  # not to the street and back
        best = np.minimum(ridden, walked)
        yield np.where(best <= limit_s, best, NOWHERE).astype(np.int32)


def _everywhere(
    planner: Planner, on: DayNetwork, query: Query, seconds: int, limit_s: int
) -> npt.NDArray[np.int64]:
    """Seconds after (or before) the query's time at which vehicles are at each search stop."""
    side = on.backward if query.arrive_by else on.forward
    start = _ends(planner, query, query.origin, on, first=True)
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
