"""Plan door-to-door journeys: the one entry that the rest of the engine calls."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from routing.journey import Journey
from routing.kernels.bounds import lower_bounds
from routing.kernels.layout import UNREACHED, LegRows, SearchState
from routing.kernels.raptor import new_legs, new_state, search, trace
from routing.network import DayNetwork, Network, SearchSide
from routing.query import Point, Query
from routing.reconstruct import Reconstruction, Ride
from routing.timetable.day import DAY_S

__all__ = ["NoService", "OffTheMap", "PlanError", "Planner", "UnknownStop"]

I32 = npt.NDArray[np.int32]

_WALK_ALL_THE_WAY_S = 2 * 3600
"""Where nothing runs, a walk of this length is still an answer."""


class PlanError(Exception):
    """A question that the network cannot answer; the text says what and what to ask instead."""


class OffTheMap(PlanError):
    """A point that no street or stop is near."""


class NoService(PlanError):
    """A date outside every calendar of the feeds."""


class UnknownStop(PlanError):
    """A stop identifier that the feeds do not have."""


@dataclass(slots=True)
class _Memory:
    """One thread's working memory for one size of day."""

    state: SearchState
    legs: LegRows
    bound_s: I32
    heap_key: I32
    heap_stop: I32


class Planner:
    """Thread-safe: every thread has its own working memory."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._zone = ZoneInfo(network.schedule.timezone or "UTC")
        self._local = threading.local()

    def plan(self, query: Query) -> list[Journey]:
        """Pareto-optimal journeys in arrival (or departure, if `arrive_by`) and number of vehicles.

        Fewest vehicles come last. An empty list means that there is no way within the limits of the query.
        Raises OffTheMap, NoService or UnknownStop.
        """
        day, seconds = self.service_time(query.at)
        self._check(query, day)
        journeys = self._plan_on(day, seconds, query)
        if not journeys and not query.arrive_by:
            # Late at night nothing runs any more: what runs tomorrow is the answer.
            journeys = self._plan_on(day + timedelta(days=1), seconds - DAY_S, query)
        return journeys

    def service_time(self, at: datetime) -> tuple[date, int]:
        """Service day of an instant and its seconds from noon minus 12 h of that day."""
        if at.tzinfo is None:
            raise ValueError(f"{at.isoformat()} has no time zone: say which clock is meant, e.g. +09:00")
        day = at.astimezone(self._zone).date()
        return day, int(at.timestamp() - self._origin(day))

    def instant(self, day: date, seconds: int) -> datetime:
        """The instant of a time of a service day, in the network's time zone."""
        return datetime.fromtimestamp(self._origin(day) + seconds, self._zone)

    def _origin(self, day: date) -> float:
        return datetime.combine(day, time(12), self._zone).timestamp() - DAY_S / 2

    def _check(self, query: Query, day: date) -> None:
        for end, point in (("origin", query.origin), ("destination", query.destination)):
            if not point.stop_ids and not self.network.streets.on_map(point.lat, point.lon):
                name = f" ({point.name})" if point.name else ""
                raise OffTheMap(
                    f"The {end} {point.lat:.5f},{point.lon:.5f}{name} lies off the map: no street or stop is "
                    "near. Choose a place inside the area"
                )
        first, last = self.network.service_dates
        if not first <= day <= last:
            raise NoService(
                f"No timetable covers {day.isoformat()}: the feeds run from {first.isoformat()} to "
                f"{last.isoformat()}. Ask for a day in between"
            )

    def _plan_on(self, day: date, seconds: int, query: Query) -> list[Journey]:
        network = self.network.on(day)
        build = Reconstruction(self.network, network, query)
        walk = build.walk_only(
            None if query.arrive_by else seconds, seconds if query.arrive_by else None, query.walk_s_max
        )
        ridden = self._ridden(network, build, seconds, query)
        if walk is None and not ridden:
            # Not before nothing else is left: who can ride need not walk for two hours.
            walk = build.walk_only(
                None if query.arrive_by else seconds,
                seconds if query.arrive_by else None,
                _WALK_ALL_THE_WAY_S,
            )
        if walk is None:
            return ridden
        if query.arrive_by:
            return [*(j for j in ridden if j.departure_s > walk.departure_s), walk]
        return [*(j for j in ridden if j.arrival_s < walk.arrival_s), walk]

    def _ridden(
        self, network: DayNetwork, build: Reconstruction, seconds: int, query: Query
    ) -> list[Journey]:
        start = self._ends(query.origin, query, network, backward=False)
        goal = self._ends(query.destination, query, network, backward=True)
        if query.arrive_by:
            side, other, first, last, begin = network.backward, network.forward, goal, start, -seconds
        else:
            side, other, first, last, begin = network.forward, network.backward, start, goal, seconds
        memory = self._search(side, first, last, begin, query.interchanges_max + 1)
        best = memory.state.target_arrival.copy()
        journeys = []
        for k in np.flatnonzero(best < UNREACHED)[::-1].tolist():
            # The search boards whatever comes first, which may mean a long wait on the way. Searching back
            # from the arrival finds the latest departure (or the earliest arrival) that is as good.
            back = self._search(other, last, first, -int(best[k]), k)
            target = back.state.target_arrival
            found = int(np.argmin(target))
            n = trace(back.state, other.timetable, found, back.legs)
            rides = self._rides(back.legs, n)
            if not query.arrive_by:
                rides = [self._turned(other, ride) for ride in reversed(rides)]
            journeys.append(build.journey(rides, *self._doors(network, rides, start, goal)))
        return journeys

    def _search(
        self, side: SearchSide, start: dict[int, int], goal: dict[int, int], begin: int, rounds: int
    ) -> _Memory:
        """Search one side; the result stands in the memory until the next search of as many rounds."""
        memory = self._memory(side, rounds)
        leave_s = np.full(len(side.change.change_s), UNREACHED, np.int32)
        leave_s[list(goal)] = list(goal.values())
        lower_bounds(side.hops, leave_s, memory.bound_s, memory.heap_key, memory.heap_stop)
        search(
            side.timetable,
            side.change,
            np.fromiter(start, np.int32, len(start)),
            np.fromiter(start.values(), np.int32, len(start)),
            leave_s,
            memory.bound_s,
            begin,
            memory.state,
        )
        return memory

    def _rides(self, legs: LegRows, n: int) -> list[Ride]:
        """Rides in the order of the search."""
        return [
            Ride(int(legs.pattern[i]), int(legs.run[i]), int(legs.board[i]), int(legs.alight[i]))
            for i in reversed(range(n))
        ]

    def _doors(
        self, network: DayNetwork, rides: list[Ride], start: dict[int, int], goal: dict[int, int]
    ) -> tuple[int, int]:
        """Seconds from the origin to the first stop, and from the last one to the destination."""
        timetable = network.forward.timetable
        offsets, stops = timetable.pattern_offsets, timetable.pattern_stops
        first, last = rides[0], rides[-1]
        return (
            start[int(stops[offsets[first.pattern] + first.board])],
            goal[int(stops[offsets[last.pattern] + last.alight])],
        )

    def _turned(self, side: SearchSide, ride: Ride) -> Ride:
        """A ride found in the mirrored timetable, as it is ridden."""
        timetable = side.timetable
        length = int(timetable.pattern_offsets[ride.pattern + 1] - timetable.pattern_offsets[ride.pattern])
        runs = int(timetable.run_offsets[ride.pattern + 1] - timetable.run_offsets[ride.pattern])
        return Ride(ride.pattern, runs - 1 - ride.run, length - 1 - ride.alight, length - 1 - ride.board)

    def _ends(self, point: Point, query: Query, network: DayNetwork, *, backward: bool) -> dict[int, int]:
        """Stops at which a journey can begin or end, and the seconds from or to the door."""
        if point.stop_ids:
            return self._at_stops(point.stop_ids, network.backward if backward else network.forward)
        reach = self.network.streets.reach(
            point.lat,
            point.lon,
            profile=query.profile,
            speed_m_s=query.walk_speed_m_s,
            limit_s=query.walk_s_max,
            backward=backward,
        )
        return dict(zip(reach.stop.tolist(), reach.duration_s.tolist(), strict=True))

    def _at_stops(self, stop_ids: tuple[str, ...], side: SearchSide) -> dict[int, int]:
        """The stops themselves, a station's platforms, and what one footpath joins to them."""
        network = self.network
        found: dict[int, int] = {}
        for stop_id in stop_ids:
            if stop_id not in network.stop_index:
                raise UnknownStop(f"No stop has the id {stop_id!r}. Look it up with a place search")
            stop = network.stop_index[stop_id]
            for platform in network.platforms.get(stop, (stop,)):
                found[platform] = 0
        change = side.change
        for stop in list(found):
            entries = slice(int(change.offsets[stop]), int(change.offsets[stop + 1]))
            for other, seconds in zip(
                change.target[entries].tolist(), change.duration_s[entries].tolist(), strict=True
            ):
                found[other] = min(found.get(other, UNREACHED), seconds)
        return found

    def _memory(self, side: SearchSide, rounds: int) -> _Memory:
        """Memory of this thread, made anew when the day or the number of rounds outgrows it."""
        stops = len(side.change.change_s)
        patterns = len(side.timetable.pattern_offsets) - 1
        heap = len(side.hops.origin) + stops + 1
        held: dict[int, _Memory] = self._local.__dict__.setdefault("held", {})
        memory = held.get(rounds)
        if memory is None or len(memory.state.queue) < patterns or len(memory.heap_key) < heap:
            memory = _Memory(
                new_state(rounds, stops, patterns),
                new_legs(rounds),
                np.empty(stops, np.int32),
                np.empty(heap, np.int32),
                np.empty(heap, np.int32),
            )
            held[rounds] = memory
        return memory
