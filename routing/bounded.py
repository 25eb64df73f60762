"""Journeys that are cheapest, least walking or greenest: searched among all that are not much later.

A journey counts if some journey that is best by arrival and vehicles has at least as many vehicles less
`MORE_VEHICLES`, and arrives no more than a slack before it. Of all that count, the best by each wish is
exact: by what each ride costs alone, by seconds on foot, and by grams over the straight ways between stops.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from routing.costs import Costs
from routing.day_network import DayNetwork
from routing.journey import Journey
from routing.kernels.bounded import CO2, COSTS, FULL, PRICE, WALK, Labels, new_labels, search_bounded
from routing.kernels.layout import I32, NOBODY, UNREACHED
from routing.needs import Needs
from routing.planner import Planner
from routing.query import Query
from routing.reconstruct import Reconstruction
from routing.rides import Ends, Ride, doors
from routing.search import Searcher

__all__ = ["BestBy", "BoundedPlanner", "TooManyWays", "Wished", "restricted"]

MORE_VEHICLES = 1
_SLACK_SHARE, _SLACK_S_MIN, _SLACK_S_MAX = 0.5, 900, 3600
_ROOM_MIN, _ROOM_MAX = 1 << 15, 1 << 19
"""Labels of a search, 48 bytes each: one that needs more gives up and says so."""
_FAR = 1_000_000
_NEVER = -2_000_000_000


class BestBy(StrEnum):
    """What a journey should be best at, besides time and changes."""

    CHEAPEST = "cheapest"
    LEAST_WALKING = "least_walking"
    GREENEST = "greenest"


_COLUMN = {BestBy.CHEAPEST: PRICE, BestBy.LEAST_WALKING: WALK, BestBy.GREENEST: CO2}


@dataclass(frozen=True, slots=True)
class Found:
    """One of a restricted Pareto set."""

    rides: tuple[Ride, ...]
    arrival_s: int  # at the door
    costs: tuple[int, int, int]  # seconds on foot, price in minor units, grams of CO2


class TooManyWays(Exception):
    """A search that needs more labels than there is room for."""


@dataclass(frozen=True, slots=True)
class Wished:
    """The best journeys by what was wished, and the wishes of which the best was not found out."""

    journeys: list[Journey]
    unsearched: list[BestBy]


class BoundedPlanner:
    """Thread-safe like its planner; `costs` gives what rides of a day cost."""

    def __init__(
        self, planner: Planner, costs: Callable[[DayNetwork], Costs], room_max: int = _ROOM_MAX
    ) -> None:
        self._planner = planner
        self._costs = costs
        self._room_max = room_max

    def plan(self, query: Query, wishes: Sequence[BestBy]) -> Wished:
        """The best journey by each wish, each leaving as late as its arrival allows. Raises as `plan` does.

        Rides only: who walks all the way is told by the planner.
        """
        planner = self._planner
        day, seconds = planner.service_time(query.at)
        planner.check(query, day)
        network = planner.network.on(day, Needs.of(query))
        access = planner.ends(query.origin, query, network, backward=False)
        egress = planner.ends(query.destination, query, network, backward=True)
        searcher, vehicles = planner.searcher(), query.interchanges_max + 1
        if query.arrive_by:
            best = searcher.arrivals(network.backward, egress, access, -seconds, vehicles).copy()
            ends = -best[best < UNREACHED]
            if not len(ends):
                return Wished([], [])
            latest = int(ends.max())
            begin = int(ends.min()) - _slack(seconds - latest)
            count = min(vehicles, int(np.flatnonzero(best < UNREACHED).max()) + MORE_VEHICLES)
            limits = np.full(count + 1, seconds, np.int32)
        else:
            begin = seconds
            limits = _limits(
                searcher.arrivals(network.forward, access, egress, begin, vehicles), begin, vehicles
            )
        if len(limits) < 2:
            return Wished([], [])
        costs = self._costs(network)
        build = Reconstruction(planner.network, network, query)
        told: dict[tuple[Ride, ...], Journey] = {}
        unsearched: list[BestBy] = []
        for wish in wishes:
            # One cost at a time: all of them together keep a hundred times the labels in a city of buses.
            try:
                found = restricted(
                    searcher,
                    network,
                    costs,
                    (access, egress),
                    begin,
                    limits,
                    (_COLUMN[wish],),
                    self._room_max,
                )
            except TooManyWays:
                unsearched.append(wish)
                continue
            if not found:
                continue
            pick = min(found, key=_by(_COLUMN[wish]))
            deadline = int(limits[len(pick.rides)]) if query.arrive_by else pick.arrival_s
            rides = _as_late_as_may_be(network, list(pick.rides), deadline, egress)
            told[tuple(rides)] = build.journey(rides, *doors(network, rides, access, egress))
        return Wished(list(told.values()), unsearched)


def _by(column: int) -> Callable[[Found], tuple[int, int, int]]:
    return lambda found: (found.costs[column], found.arrival_s, len(found.rides))


def _slack(duration_s: int) -> int:
    return int(min(_SLACK_S_MAX, max(_SLACK_S_MIN, _SLACK_SHARE * duration_s)))


def _limits(best: I32, begin: int, vehicles: int) -> I32:
    """Latest arrival by number of vehicles; shorter where no more may be used."""
    known = np.flatnonzero(best < UNREACHED)
    if not len(known):
        return np.empty(0, np.int32)
    late = {int(n): int(best[n]) + _slack(int(best[n]) - begin) for n in known}
    count = min(vehicles, max(late) + MORE_VEHICLES)
    limits = [max(t for n, t in late.items() if k <= n + MORE_VEHICLES) for k in range(count + 1)]
    return np.array(limits, np.int32)


def restricted(
    searcher: Searcher,
    network: DayNetwork,
    costs: Costs,
    ends: tuple[Ends, Ends],
    begin: int,
    limits: I32,
    columns: Sequence[int] = range(COSTS),
    room_max: int = _ROOM_MAX,
) -> list[Found]:
    """All journeys from `begin` on that arrive in time for their number of vehicles and that none beats.

    One beats another if it is no worse in arrival, vehicles and the costs of `columns`; the others stay
    nothing. `limits[n]`: latest arrival with n vehicles. Raises TooManyWays where `room_max` labels do
    not do.
    """
    counts = np.zeros(COSTS, np.int32)
    counts[list(columns)] = 1
    rides = costs.rides._replace(counts=counts)
    access, egress = ends
    side = network.forward
    stops, patterns = len(side.change.change_s), len(side.timetable.pattern_offsets) - 1
    latest = _latest(searcher, network, egress, begin, limits)
    leave = np.full(stops, UNREACHED, np.int32)
    np.minimum.at(leave, egress.stops, egress.seconds)
    queue = np.empty(max(patterns, 1), np.int32)
    room = min(_ROOM_MIN, room_max)
    while room <= room_max:
        labels = new_labels(stops, room)
        first = np.full(max(patterns, 1), _FAR, np.int32)
        riding = np.empty((room // 8, 3), np.int32)
        count = search_bounded(
            side.timetable, side.change, rides, access.stops, access.seconds, leave, begin, limits,
            latest, len(limits) - 1, labels, queue, first, riding,
        )  # fmt: skip
        if count != FULL:
            return [_found(labels, k) for k in range(count)]
        room *= 4
    raise TooManyWays


def _latest(searcher: Searcher, network: DayNetwork, egress: Ends, begin: int, limits: I32) -> I32:
    """(vehicles ridden, stop) -> latest time to be ready to board there; by searches back from the goal."""
    count = len(limits) - 1
    stops = len(network.forward.change.change_s)
    latest = np.full((count + 1, stops), _NEVER, np.int32)
    for limit in np.unique(limits[1:]).tolist():
        left = searcher.boardings(network.backward, egress, -limit, -begin, count)
        for total in np.flatnonzero(limits == limit).tolist():
            for ridden in range(total):
                np.maximum(latest[ridden], left[total - ridden], out=latest[ridden])
    return latest


def _found(labels: Labels, k: int) -> Found:
    rides: list[Ride] = []
    label = int(labels.goal[k])
    while label != NOBODY:
        if labels.pattern[label] != NOBODY:
            rides.append(
                Ride(*(int(c[label]) for c in (labels.pattern, labels.run, labels.board, labels.alight)))
            )
        label = int(labels.parent[label])
    walk, price, grams = labels.goal_cost[k].tolist()
    return Found(tuple(rides[::-1]), int(labels.goal_time[k]), (walk, price, grams))


def _as_late_as_may_be(network: DayNetwork, rides: list[Ride], deadline: int, egress: Ends) -> list[Ride]:
    """The same ways on the latest runs that still do; the search took the first that came."""
    timetable, change = network.forward.timetable, network.forward.change
    until = deadline
    follows: int | None = None  # stop boarded at next
    moved: list[Ride] = []
    for ride in reversed(rides):
        entry = int(timetable.pattern_offsets[ride.pattern])
        length = int(timetable.pattern_offsets[ride.pattern + 1]) - entry
        base = int(timetable.time_offsets[ride.pattern])
        runs = int(timetable.run_offsets[ride.pattern + 1] - timetable.run_offsets[ride.pattern])
        stop = int(timetable.pattern_stops[entry + ride.alight])
        if follows is None:
            walk = int(egress.seconds[egress.stops == stop].min())
        elif follows == stop:
            walk = int(change.change_s[stop])
        else:
            ways = slice(int(change.offsets[stop]), int(change.offsets[stop + 1]))
            walk = int(change.duration_s[ways][change.target[ways] == follows].min())
        arrivals = timetable.arrival[base + ride.alight : base + runs * length : length]
        run = max(ride.run, int(np.searchsorted(arrivals, until - walk, "right")) - 1)
        moved.append(replace(ride, run=run))
        until = int(timetable.departure[base + run * length + ride.board])
        follows = int(timetable.pattern_stops[entry + ride.board])
    return moved[::-1]
