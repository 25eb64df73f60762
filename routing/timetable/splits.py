"""Stops told apart by who calls there, where `transfers.txt` has rules for single trips or routes.

A rule for one trip or route cannot be a footpath between stops that all share. So the calls that such rules
single out happen at a copy of their stop: a *search stop* of its own, with its own footpaths. Searches stay
as they are; a feed without such rules has as many search stops as stops.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import I32, NONE, Schedule

_STATION = 1
IMPOSSIBLE = 3
"""transfer_type: no interchange. Higher types are about staying seated."""
Match = tuple[int, bool]
"""(rule, whether it is about the vehicle left, else about the one boarded)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of transfers.txt about the interchange between single trips or routes."""

    kind: int
    least_s: int
    rank: tuple[int, int]  # greater goes first: more specific about trips, then about stops
    pairs: tuple[tuple[int, int], ...]  # platforms that it joins


@dataclass(frozen=True, slots=True)
class Splits:
    """Search stops: first all stops as they are, then the copies."""

    stop_of: I32  # search stop -> stop; (search stops,)
    call: I32  # row of stop_times -> search stop; (rows,)
    rules: tuple[Rule, ...]
    matches: dict[int, frozenset[Match]]  # copy -> what rules say about its calls

    def copies(self) -> dict[int, list[int]]:
        """Stop -> its search stops, itself first, where it has copies."""
        found: dict[int, list[int]] = {}
        for copy in self.matches:
            stop = int(self.stop_of[copy])
            found.setdefault(stop, [stop]).append(copy)
        return found

    def rule(self, a: int, b: int) -> Rule | None:
        """The rule for a change from a call at search stop `a` to one at `b`, None if no single one has."""
        left = {r for r, leaves in self.matches.get(a, ()) if leaves}
        both = [self.rules[r] for r, leaves in self.matches.get(b, ()) if not leaves and r in left]
        pair = (int(self.stop_of[a]), int(self.stop_of[b]))
        return max((r for r in both if pair in r.pairs), key=lambda r: r.rank, default=None)


def split_stops(schedule: Schedule) -> Splits:
    """Copies of the stops that rules for single trips or routes are about."""
    stops = len(schedule.stops.ids)
    rows = _single_rules(schedule)
    stop_of = np.arange(stops, dtype=np.int32)
    if not rows:
        return Splits(stop_of, schedule.stop_times.stop, (), {})
    rules = tuple(_rule(schedule, row) for row in rows)
    found: dict[int, set[Match]] = defaultdict(set)  # row of stop_times -> matches
    calls = _Calls(schedule)
    transfers = schedule.transfers
    for k, (row, rule) in enumerate(zip(rows, rules, strict=True)):
        for leaves, trips, routes in (
            (True, transfers.from_trip, transfers.from_route),
            (False, transfers.to_trip, transfers.to_route),
        ):
            for platform in {pair[0 if leaves else 1] for pair in rule.pairs}:
                for call in calls.at(platform, int(trips[row]), int(routes[row])):
                    found[call].add((k, leaves))
    call_at = schedule.stop_times.stop.copy()
    copies: dict[tuple[int, frozenset[Match]], int] = {}
    for call, about in found.items():
        key = (int(call_at[call]), frozenset(about))
        call_at[call] = copies.setdefault(key, stops + len(copies))
    return Splits(
        np.concatenate((stop_of, np.array([stop for stop, _ in copies], np.int32))),
        call_at,
        rules,
        {copy: about for (_, about), copy in copies.items()},
    )


def search_stop(schedule: Schedule, splits: Splits, stop: int, route: int) -> int:
    """Where a trip beyond the timetable calls: the copy of the stop to whose calls just the same rules apply.

    The stop itself where no call of the timetable is like it.
    """
    if not splits.rules:
        return stop
    transfers, rows = schedule.transfers, _single_rules(schedule)
    about: set[Match] = set()
    for k, (row, rule) in enumerate(zip(rows, splits.rules, strict=True)):
        for leaves, trips, routes in (
            (True, transfers.from_trip, transfers.from_route),
            (False, transfers.to_trip, transfers.to_route),
        ):
            here = any(pair[0 if leaves else 1] == stop for pair in rule.pairs)
            if here and trips[row] == NONE and routes[row] in (NONE, route):
                about.add((k, leaves))
    same = (c for c, m in splits.matches.items() if m == about and int(splits.stop_of[c]) == stop)
    return next(same, stop)


def platforms_of(schedule: Schedule) -> dict[int, list[int]]:
    """Station -> the stops within it where vehicles call."""
    found: dict[int, list[int]] = {}
    stops = schedule.stops
    for stop in np.flatnonzero((stops.parent != NONE) & (stops.location_type == 0)).tolist():
        station = int(stops.parent[stop])
        if stops.location_type[station] == _STATION:
            found.setdefault(station, []).append(stop)
    return found


def _single_rules(schedule: Schedule) -> list[int]:
    transfers = schedule.transfers
    single = np.zeros(len(transfers.type), np.bool_)
    for column in (transfers.from_trip, transfers.to_trip, transfers.from_route, transfers.to_route):
        single |= column != NONE
    single &= (transfers.from_stop != NONE) & (transfers.to_stop != NONE) & (transfers.type <= IMPOSSIBLE)
    return [int(row) for row in np.flatnonzero(single)]


def _rule(schedule: Schedule, row: int) -> Rule:
    transfers, platforms = schedule.transfers, platforms_of(schedule)
    a, b = int(transfers.from_stop[row]), int(transfers.to_stop[row])
    trips = sum(column[row] != NONE for column in (transfers.from_trip, transfers.to_trip))
    routes = int(transfers.from_trip[row] == NONE and transfers.from_route[row] != NONE) + int(
        transfers.to_trip[row] == NONE and transfers.to_route[row] != NONE
    )
    # Order of the reference: two trips, a trip and a route, a trip, two routes, a route.
    specific = 3 * int(trips) + routes
    stations = (a in platforms) + (b in platforms)
    pairs = tuple((x, y) for x in platforms.get(a, (a,)) for y in platforms.get(b, (b,)))
    return Rule(
        int(transfers.type[row]), max(int(transfers.min_s[row]), 0), (10 * specific - stations, row), pairs
    )


class _Calls:
    """Rows of stop_times by stop and trip."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        times = schedule.stop_times
        self._order = np.argsort(times.stop, kind="stable")
        self._sorted = times.stop[self._order]
        self._trip = np.repeat(np.arange(len(times.offsets) - 1), np.diff(times.offsets))

    def at(self, stop: int, trip: int, route: int) -> list[int]:
        """Calls at a stop of one trip, else of one route, else of all."""
        times = self._schedule.stop_times
        if trip != NONE:
            first, last = int(times.offsets[trip]), int(times.offsets[trip + 1])
            return [r for r in range(first, last) if times.stop[r] == stop]
        begin, end = np.searchsorted(self._sorted, [stop, stop + 1])
        rows = self._order[begin:end]
        if route != NONE:
            rows = rows[self._schedule.trips.route[self._trip[rows]] == route]
        return [int(r) for r in rows]
