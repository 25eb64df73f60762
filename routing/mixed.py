"""Journeys that begin, go on or end with a ride on demand, beside those by timetable alone.

For each end of the question the stations worth riding to are chosen by what riding there and waiting for the
next vehicle would take; then each is asked for real: the mover what it can do now, the planner what runs when
it gets there. What another journey beats in time, vehicles and walking is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise

import numpy as np

from gtfs.model.schedule import NONE, WAYSIDE
from routing.journey import Journey, Leg
from routing.network import Network
from routing.on_demand import BOARD_S, Move, Mover, Offered
from routing.planner import NoService, PlanError, Planner
from routing.query import Point, Query

__all__ = ["Hub", "MixedPlanner", "hubs_of"]

_HUBS_TRIED = 3
_PAIRS_TRIED = 4
_WALKED_M = 300.0
"""Walking so little less is no reason to show another journey."""
_SHOWN_MAX, _RANGE_SHOWN_MAX = 6, 20
_FITTED_MAX = 12
"""Journeys by timetable that rides are fitted to, for each pair of stations."""
_LATER_S = 120
"""A shorter wait at the station is not worth another question."""
_NEAR_DEG = 0.08
_WAIT_MAX_S = 5400
_DAY_S = 18 * 3600
"""Hours in which vehicles run."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A station, and how long one waits there for a vehicle at a venture."""

    point: Point
    wait_s: int


@dataclass(frozen=True, slots=True)
class _Ride:
    """A mover, and the station it would be taken to or from."""

    mover: Mover
    hub: Hub
    seconds: int


class MixedPlanner:
    """Thread-safe; joins a planner with whoever offers rides."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def plan(self, query: Query, movers: Sequence[Mover], *, transit: bool = True) -> list[Journey]:
        """The planner's journeys, and those with rides on demand that none of all beats.

        Without `transit` only rides from door to door, and the walk; then a day that no timetable covers is
        no obstacle. Raises as `Planner.plan` does.
        """
        return [journey for part in self.parts(query, movers, transit=transit) for journey in part]

    def parts(
        self, query: Query, movers: Sequence[Mover], *, transit: bool = True
    ) -> Iterator[list[Journey]]:
        """`plan` as it is found: the planner's own, then those with rides on demand."""
        plain, refused = self._plain(query, transit=transit)
        if transit and refused is not None:
            raise refused
        yield plain
        mixed = list(self._direct(query, movers))
        if transit:
            mixed += self._joined(query, movers)
        if refused is not None and not mixed:
            raise refused
        yield self._worth(plain, mixed)

    def plan_range(
        self, query: Query, window_s: int, movers: Sequence[Mover], *, transit: bool = True
    ) -> list[Journey]:
        """The planner's best journeys of a window, and those with rides on demand fitted to what runs in it.

        A ride from door to door can be had at any time and is told once, with the walk's. Raises as `plan`.
        """
        parts = self.range_parts(query, window_s, movers, transit=transit)
        return [journey for part in parts for journey in part]

    def range_parts(
        self, query: Query, window_s: int, movers: Sequence[Mover], *, transit: bool = True
    ) -> Iterator[list[Journey]]:
        """`plan_range` as it is found: the planner's own, then those with rides on demand."""
        if not transit:
            yield from self.parts(query, movers, transit=False)
            return
        plain = self._planner.plan_range(query, window_s)
        yield plain
        mixed = list(self._direct(query, movers))
        day, _ = self._planner.service_time(query.at)
        hubs = hubs_of(self._planner.network, day)
        first = self._rides(query.origin, hubs, movers, outward=True)
        last = self._rides(query.destination, hubs, movers, outward=False)
        for begin, end in [
            *((ride, None) for ride in first),
            *((None, ride) for ride in last),
            *_pairs(first, last),
        ]:
            mixed += self._fitted(query, window_s, begin, end)
        yield self._worth(plain, mixed, _RANGE_SHOWN_MAX)

    def _fitted(
        self, query: Query, window_s: int, begin: _Ride | None, end: _Ride | None
    ) -> Iterable[Journey]:
        """Journeys by timetable between two stations in a window, and the rides to and from them."""
        asked = self._between(query, begin, end)
        free = begin if not query.arrive_by else end
        more_s = 0 if free is None else free.seconds + BOARD_S  # the rides lie within the window, too
        try:
            ridden = self._planner.plan_range(asked, window_s + more_s)
        except PlanError:
            return
        now = int(query.at.timestamp())
        for journey in ridden[:_FITTED_MAX]:
            before = after = None
            if begin is not None:
                by = self._edge(journey, departure=True) - BOARD_S
                before = begin.mover.offer(query.origin, begin.hub.point, by, arrive_by=True)
            if end is not None:
                at = self._edge(journey, departure=False) + BOARD_S
                after = end.mover.offer(end.hub.point, query.destination, at, arrive_by=False)
            if (begin is not None and before is None) or (end is not None and after is None):
                continue
            whole = self._journey(
                journey.service_date, [p for p in (before, journey, after) if p is not None]
            )
            edge = self._edge(whole, departure=not query.arrive_by)
            if (now - window_s < edge <= now) if query.arrive_by else (now <= edge < now + window_s):
                yield whole

    @staticmethod
    def _between(query: Query, begin: _Ride | None, end: _Ride | None) -> Query:
        return replace(
            query,
            origin=begin.hub.point if begin else query.origin,
            destination=end.hub.point if end else query.destination,
            walk_alone=False,
        )

    def _plain(self, query: Query, *, transit: bool) -> tuple[list[Journey], NoService | None]:
        try:
            found = self._planner.plan(query)
        except NoService as error:
            return [], error
        if not transit:
            found = [j for j in found if all(leg.route_id is None for leg in j.legs)]
        return found, None

    def _direct(self, query: Query, movers: Sequence[Mover]) -> Iterable[Journey]:
        for mover in movers:
            if mover.estimate_s(query.origin, query.destination) is None:
                continue
            offered = mover.offer(
                query.origin, query.destination, int(query.at.timestamp()), arrive_by=query.arrive_by
            )
            if offered is not None:
                day, _ = self._planner.service_time(_instant(offered.departure_at_s))
                yield self._journey(day, [offered])

    def _joined(self, query: Query, movers: Sequence[Mover]) -> Iterable[Journey]:
        day, _ = self._planner.service_time(query.at)
        hubs = hubs_of(self._planner.network, day)
        first = self._rides(query.origin, hubs, movers, outward=True)
        last = self._rides(query.destination, hubs, movers, outward=False)
        for ride in first:
            yield from self._with(query, ride, None)
        for ride in last:
            yield from self._with(query, None, ride)
        for begin, end in _pairs(first, last):
            yield from self._with(query, begin, end)

    def _with(self, query: Query, begin: _Ride | None, end: _Ride | None) -> Iterable[Journey]:
        """Journeys by timetable with a ride before, after, or both: each asked for when its time is known."""
        at = int(query.at.timestamp())
        asked = self._between(query, begin, end)
        fixed, free = (end, begin) if query.arrive_by else (begin, end)
        known: Offered | None = None
        if fixed is not None:
            known = self._offer(query, fixed, at, outward=fixed is begin)
            if known is None:
                return
            at = known.departure_at_s - BOARD_S if query.arrive_by else known.arrival_at_s + BOARD_S
            asked = replace(asked, at=_instant(at))
        try:
            ridden = self._planner.plan(asked)
        except PlanError:
            return
        for journey in ridden[:2]:
            other: Offered | None = None
            if free is not None:
                when = self._edge(journey, departure=query.arrive_by)
                slack = -BOARD_S if query.arrive_by else BOARD_S
                other = self._offer(query, free, when + slack, outward=free is begin)
                if other is None:
                    continue
            before, after = (other, known) if query.arrive_by else (known, other)
            if before is not None and begin is not None and not query.arrive_by:
                before = self._later(query, begin, before, journey)
            if after is not None and end is not None and query.arrive_by:
                after = self._sooner(query, end, after, journey)
            yield self._journey(journey.service_date, [p for p in (before, journey, after) if p is not None])

    def _later(self, query: Query, begin: _Ride, taken: Offered, journey: Journey) -> Offered:
        """The ride to the station as late as it still catches the vehicle: nobody need wait there."""
        by = self._edge(journey, departure=True) - BOARD_S
        if not _LATER_S <= by - taken.arrival_at_s <= _WAIT_MAX_S:
            return taken
        later = begin.mover.offer(query.origin, begin.hub.point, by, arrive_by=True)
        fits = later is not None and taken.departure_at_s <= later.departure_at_s and later.arrival_at_s <= by
        return later if later is not None and fits else taken

    def _sooner(self, query: Query, end: _Ride, taken: Offered, journey: Journey) -> Offered:
        """The ride from the station as soon as the vehicle is there."""
        at = self._edge(journey, departure=False) + BOARD_S
        if not _LATER_S <= taken.departure_at_s - at <= _WAIT_MAX_S:
            return taken
        sooner = end.mover.offer(end.hub.point, query.destination, at, arrive_by=False)
        fits = (
            sooner is not None and at <= sooner.departure_at_s and sooner.arrival_at_s <= taken.arrival_at_s
        )
        return sooner if sooner is not None and fits else taken

    def _offer(self, query: Query, ride: _Ride, at: int, *, outward: bool) -> Offered | None:
        ends = (query.origin, ride.hub.point) if outward else (ride.hub.point, query.destination)
        # Before the train one arrives by a time, if the whole journey does.
        return ride.mover.offer(*ends, at, arrive_by=query.arrive_by)

    def _edge(self, journey: Journey, *, departure: bool) -> int:
        seconds = journey.departure_s if departure else journey.arrival_s
        return int(self._planner.instant(journey.service_date, seconds).timestamp())

    # Stations ---------------------------------------------------------------------------------------------

    @staticmethod
    def _rides(end: Point, hubs: Sequence[Hub], movers: Sequence[Mover], *, outward: bool) -> list[_Ride]:
        near = [
            hub for hub in hubs
            if abs(hub.point.lat - end.lat) < _NEAR_DEG and abs(hub.point.lon - end.lon) < _NEAR_DEG
        ]  # fmt: skip
        found: list[_Ride] = []
        for mover in movers:
            rides = []
            for hub in near:
                ends = (end, hub.point) if outward else (hub.point, end)
                seconds = mover.estimate_s(*ends)
                if seconds is not None:
                    rides.append(_Ride(mover, hub, seconds + hub.wait_s))
            found += sorted(rides, key=lambda r: r.seconds)[:_HUBS_TRIED]
        return sorted(found, key=lambda r: r.seconds)

    # Journeys ---------------------------------------------------------------------------------------------

    def _journey(self, day: date, parts: Sequence[Offered | Journey]) -> Journey:
        origin_s = self._planner.network.clock.origin(day)
        legs: list[Leg] = []
        for part in parts:
            legs += [_leg(m, origin_s) for m in part.moves] if isinstance(part, Offered) else part.legs
        vehicles = sum(leg.mode != "walk" and not leg.stay_seated for leg in legs)
        return Journey(
            day,
            legs[0].departure_s,
            legs[-1].arrival_s,
            max(0, vehicles - 1),
            sum(leg.distance_m for leg in legs if leg.mode == "walk"),
            tuple(legs),
        )

    def _worth(
        self, plain: list[Journey], mixed: list[Journey], shown_max: int = _SHOWN_MAX
    ) -> list[Journey]:
        """Mixed journeys that no other is better than in all that counts, the soonest there first."""
        kept: list[Journey] = []
        ordered = sorted(mixed, key=lambda j: (self._edge(j, departure=False), j.interchanges, j.walk_m))
        for journey in ordered:
            # Who would rather cycle finds a cycle beside a shuttle, but not with more changes than that.
            others = [
                *plain,
                *(j for j in kept if j.interchanges < journey.interchanges or _modes(j) <= _modes(journey)),
            ]
            if self._sensible(journey) and not any(self._beats(other, journey) for other in others):
                kept.append(journey)
        return kept[:shown_max]

    def _beats(self, other: Journey, journey: Journey) -> bool:
        leaves, arrives = (self._edge(other, departure=d) for d in (True, False))
        wished = self._edge(journey, departure=True)
        if all(leg.route_id is None for leg in other.legs):
            # What can be had at any time can be had later, too.
            later = max(0, wished - leaves)
            leaves, arrives = leaves + later, arrives + later
        return (
            leaves >= wished
            and arrives <= self._edge(journey, departure=False)
            and other.interchanges <= journey.interchanges
            and other.walk_m <= journey.walk_m + _WALKED_M
        )

    @staticmethod
    def _sensible(journey: Journey) -> bool:
        """Each leg after the last one, and nobody sent to a station for the first train of the next day."""
        waits = (after.departure_s - before.arrival_s for before, after in pairwise(journey.legs))
        return all(0 <= wait <= _WAIT_MAX_S for wait in waits)


@lru_cache(maxsize=4)  # by the network itself: another one is swapped in when a feed is published
def hubs_of(network: Network, day: date) -> tuple[Hub, ...]:
    """Every station of a day, platforms joined, with the mean wait for a vehicle one's way."""
    stops = network.schedule.stops
    timetable = network.on(day).forward.timetable
    lengths = np.diff(timetable.pattern_offsets)
    runs = np.diff(timetable.run_offsets)
    calls = np.bincount(
        timetable.pattern_stops, np.repeat(runs, lengths), minlength=len(network.splits.stop_of)
    )
    of_station: dict[int, float] = {}
    for stop, count in zip(network.splits.stop_of.tolist(), calls.tolist(), strict=True):
        if count and stops.location_type[stop] != WAYSIDE:
            parent = int(stops.parent[stop])
            station = stop if parent == NONE else parent
            of_station[station] = of_station.get(station, 0.0) + count
    return tuple(
        Hub(
            Point(float(stops.lat[s]), float(stops.lon[s]), stops.names[s], (stops.ids[s],)),
            int(_DAY_S / count),  # half the gap between those that go one's way, half of all
        )
        for s, count in of_station.items()
        if np.isfinite(stops.lat[s])
    )


def _quickest(rides: Sequence[_Ride]) -> list[_Ride]:
    """The first of each mover; `rides` are in order of time."""
    return list({id(ride.mover): ride for ride in reversed(rides)}.values())


def _pairs(first: Sequence[_Ride], last: Sequence[_Ride]) -> list[tuple[_Ride, _Ride]]:
    """Rides at both ends, to different stations, the quickest together first."""
    pairs = [
        (begin, end) for begin in _quickest(first) for end in _quickest(last)
        if begin.hub.point.stop_ids != end.hub.point.stop_ids
    ]  # fmt: skip
    return sorted(pairs, key=lambda pair: pair[0].seconds + pair[1].seconds)[:_PAIRS_TRIED]


def _modes(journey: Journey) -> set[str]:
    return {leg.mode for leg in journey.legs if leg.terms is not None}


def _leg(move: Move, origin_s: int) -> Leg:
    return Leg(
        move.mode,
        move.start,
        move.end,
        move.departure_at_s - origin_s,
        move.arrival_at_s - origin_s,
        move.distance_m,
        move.geometry,
        terms=move.terms,
    )


def _instant(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
