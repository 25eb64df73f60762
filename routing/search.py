"""One thread's searches: from stops and durations at both ends to the rides of Pareto-optimal journeys."""

from __future__ import annotations

from itertools import starmap

import numpy as np
import numpy.typing as npt

from routing.day_network import DayNetwork, SearchSide
from routing.kernels.bounds import lower_bounds
from routing.kernels.changes import POSITIONS_MAX
from routing.kernels.layout import NO_LIMIT, UNREACHED, LegRows, SearchState
from routing.kernels.range_trips import FOUND_COLUMNS, boardings, range_trips
from routing.kernels.raptor import new_legs, new_state, search, trace
from routing.kernels.soonest import soonest_trips
from routing.kernels.trips import FAR, Tables, TripState, new_trip_state, search_trips
from routing.rides import Ends, Ride, door_times, first_departure, rides_of, turned_round

__all__ = ["Searcher"]

I32 = npt.NDArray[np.int32]


class Searcher:
    """Working memory that grows to the largest day searched so far. Not to be shared between threads."""

    def __init__(self) -> None:
        self._rounds = self._stops = self._patterns = self._entries = self._heap = 0
        self._state: SearchState
        self._legs: LegRows
        self._leave_s: I32
        self._bound_s: I32
        self._heap_key: I32
        self._heap_stop: I32
        self._trips = new_trip_state(0, 0, 0, 0)
        self._reached: npt.NDArray[np.int16] = np.empty((0, 0), np.int16)
        self._base = 0  # added to positions in `_reached`, less from search to search
        self._label: I32 = np.empty((0, 0), np.int32)

    def journeys(
        self,
        day: DayNetwork,
        access: Ends,
        egress: Ends,
        seconds: int,
        *,
        arrive_by: bool,
        vehicles_max: int,
    ) -> list[list[Ride]]:
        """Rides of every Pareto-optimal journey (arrival or, for `arrive_by`, departure, against vehicles).

        Most vehicles first. Of the journeys with one arrival and number of vehicles the one that departs
        last is taken; of those with one departure the one that arrives first.
        """
        if arrive_by:
            side, other, first, last, begin = day.backward, day.forward, egress, access, -seconds
        else:
            side, other, first, last, begin = day.forward, day.backward, access, egress, seconds
        if side.prepared and other.prepared:
            return self._prepared_journeys(
                side, other, first, last, begin, vehicles_max, turned=not arrive_by
            )
        best = self.arrivals(side, first, last, begin, vehicles_max)
        found = np.flatnonzero(best < UNREACHED)[::-1].tolist()
        if not found:
            return []
        ends = best[found].tolist()
        self._bounds(other, first)
        rides = []
        for k, end in zip(found, ends, strict=True):
            # The search boards whatever comes first, which may mean a long wait on the way. Searching back
            # from the arrival finds the latest departure that is as good.
            self._run(other, last, -end, k, limit_s=-begin + 1)
            rides.append(self._rides(other, k, turned=not arrive_by))
        return rides

    def _prepared_journeys(
        self,
        side: SearchSide,
        other: SearchSide,
        first: Ends,
        last: Ends,
        begin: int,
        vehicles_max: int,
        *,
        turned: bool,
    ) -> list[list[Ride]]:
        """As `journeys`, by Trip-Based searches both ways."""
        state = self._search_trips(side, first, last, begin, vehicles_max)
        found = np.flatnonzero(state.target_arrival < UNREACHED)[::-1].tolist()
        ends = state.target_arrival[found].tolist()
        begins = [first_departure(side, first, *state.trail[k, 0, :2].tolist()) for k in found]
        return [
            self._back(other, first, last, k, begun, end, turned=turned)
            for k, begun, end in zip(found, begins, ends, strict=True)
        ]

    def _back(
        self, other: SearchSide, first: Ends, last: Ends, k: int, begin_s: int, end_s: int, *, turned: bool
    ) -> list[Ride]:  # fmt: skip
        """Of the journeys by k vehicles that arrive by `end_s` the one that leaves last, no earlier than one.

        That one leaves at `begin_s`; nothing arrives as soon by fewer vehicles.
        """
        trail = self._search_trips(other, last, first, -end_s, k, limit_s=-begin_s + 1, vehicles_min=k)
        ridden = rides_of(other, trail.trail[k, :k])
        return [turned_round(other, ride) for ride in ridden[::-1]] if turned else ridden

    def soonest(
        self, day: DayNetwork, access: Ends, egress: Ends, seconds: int, *, arrive_by: bool, vehicles_max: int
    ) -> list[Ride]:
        """Rides of the first of `journeys` alone: the best by time, with as few vehicles as that takes.

        None if there is none.
        """
        if arrive_by:
            side, other, first, last, begin = day.backward, day.forward, egress, access, -seconds
        else:
            side, other, first, last, begin = day.forward, day.backward, access, egress, seconds
        if not (side.prepared and other.prepared):
            every = self.journeys(
                day, access, egress, seconds, arrive_by=arrive_by, vehicles_max=vehicles_max
            )
            return every[0] if every else []
        rides = np.empty((vehicles_max, 4), np.int32)
        while True:
            state = self._trips_for(side, vehicles_max)
            found = soonest_trips(
                _tables(side), _tables(other), first.stops, first.seconds, last.stops, last.seconds, begin,
                vehicles_max, side.prepared.walk_class, not arrive_by, state, rides,
            )  # fmt: skip
            if found >= 0:
                return list(starmap(Ride, rides[:found].tolist()))
            self._trips = new_trip_state(0, 0, 0, 2 * len(state.part))

    def arrival(self, side: SearchSide, access: Ends, egress: Ends, begin_s: int, vehicles_max: int) -> int:
        """The soonest arrival alone, by up to so many vehicles; UNREACHED if there is none."""
        return int(self.arrivals(side, access, egress, begin_s, vehicles_max).min())

    def departures(
        self, day: DayNetwork, access: Ends, egress: Ends, begin_s: int, window_s: int, vehicles_max: int
    ) -> list[list[Ride]]:
        """Rides of every journey that leaves the door in a window and that no other one beats.

        None of them leaves earlier than another that arrives no later with no more vehicles, be it after the
        window. Earliest departure first.
        """
        if day.forward.prepared is None:
            return self._departures_one_by_one(day, access, egress, begin_s, window_s, vehicles_max)
        side, ready = day.forward, day.forward.prepared
        first = np.empty((512, 3), np.int32)
        while True:
            n = boardings(side.timetable, access.stops, access.seconds, begin_s, begin_s + window_s, first)
            if n <= len(first):
                break
            first = np.empty((n, 3), np.int32)
        first = first[:n][np.argsort(-first[:n, 0], kind="stable")]
        rows = 64
        while True:
            state = self._search_trips(side, access, egress, begin_s + window_s, vehicles_max)
            rounds = len(state.target_arrival) - 1
            self._base -= POSITIONS_MAX
            if self._reached.shape != (len(ready.index.row), rounds) or self._base < 0:
                self._reached = np.full((len(ready.index.row), rounds), FAR, np.int16)
                self._base = FAR // POSITIONS_MAX * POSITIONS_MAX
            if self._label.shape != (len(ready.change_s), rounds):
                self._label = np.empty((len(ready.change_s), rounds), np.int32)
            found = np.empty((rows, FOUND_COLUMNS + 3 * vehicles_max), np.int32)
            n = range_trips(
                _tables(side), access.stops, egress.stops, egress.seconds, first, vehicles_max,
                ready.walk_class, state, self._reached, self._base, self._label, found,
            )  # fmt: skip
            if n >= 0:
                break
            if n == -1:
                self._trips = new_trip_state(0, 0, 0, 2 * len(state.part))
            rows *= 2
        vehicles = found[:n, 2]
        used = np.arange(vehicles_max) < vehicles[:, None]
        rides = rides_of(side, found[:n, FOUND_COLUMNS:].reshape(n, vehicles_max, 3)[used])
        ends = np.cumsum(vehicles).tolist()
        return [rides[end - k : end] for k, end in zip(vehicles.tolist(), ends, strict=True)][::-1]

    def arrivals_within(
        self, day: DayNetwork, access: Ends, egress: Ends, end_s: int, window_s: int, vehicles_max: int
    ) -> list[list[Ride]]:
        """Rides of every journey that arrives in the window before `end_s` and that no other one beats.

        As `departures`, mirrored: none arrives later than another that leaves no earlier with no more
        vehicles. Latest arrival first.
        """
        turned = DayNetwork(day.day, day.backward, day.forward)
        found = self.departures(turned, egress, access, -end_s, window_s, vehicles_max)
        return [[turned_round(day.backward, ride) for ride in rides[::-1]] for rides in found]

    def _departures_one_by_one(
        self, day: DayNetwork, access: Ends, egress: Ends, begin_s: int, window_s: int, vehicles_max: int
    ) -> list[list[Ride]]:
        """As `departures`, by one search after another."""
        found: dict[tuple[int, int, int], list[Ride]] = {}
        at = begin_s
        while at < begin_s + window_s:
            journeys = self.journeys(day, access, egress, at, arrive_by=False, vehicles_max=vehicles_max)
            told = [(*door_times(day.forward, rides, access, egress), len(rides)) for rides in journeys]
            found |= dict(zip(told, journeys, strict=True))
            if not told:
                break
            at = min(leave for leave, *_ in told) + 1
        best = [
            key
            for key in found
            if not any(o != key and o[0] >= key[0] and o[1] <= key[1] and o[2] <= key[2] for o in found)
        ]
        return [found[key] for key in sorted(best) if key[0] < begin_s + window_s]

    def _search_trips(
        self, side: SearchSide, start: Ends, goal: Ends, begin_s: int, vehicles_max: int, *,
        limit_s: int = NO_LIMIT, vehicles_min: int = 1,
    ) -> TripState:  # fmt: skip
        """A search in a prepared day; the state is overwritten by the next one."""
        assert side.prepared is not None
        while True:
            state = self._trips_for(side, vehicles_max)
            found = search_trips(
                *_tables(side), start.stops, start.seconds, goal.stops, goal.seconds, begin_s, limit_s,
                vehicles_min, vehicles_max, side.prepared.walk_class, state,
            )  # fmt: skip
            if found >= 0:
                return state
            self._trips = new_trip_state(0, 0, 0, 2 * len(state.part))

    def _trips_for(self, side: SearchSide, vehicles_max: int) -> TripState:
        """Working memory that a prepared day fits into."""
        assert side.prepared is not None
        runs, served = len(side.prepared.index.row), len(side.prepared.change_s)
        state = self._trips
        parts = max(len(state.part), 2 * runs + 1000)
        if (
            len(state.reached) != runs
            or len(state.label) != served
            or len(state.target_arrival) <= vehicles_max
            or len(state.part) < parts
        ):
            state = self._trips = new_trip_state(runs, served, max(vehicles_max, 8), parts)
        return state

    def arrivals(self, side: SearchSide, access: Ends, egress: Ends, begin_s: int, vehicles_max: int) -> I32:
        """Earliest arrival by number of vehicles, UNREACHED where more vehicles gain nothing.

        Shape (vehicles_max + 1,). The array is overwritten by the next search.
        """
        if side.prepared:
            state = self._search_trips(side, access, egress, begin_s, vehicles_max)
            return state.target_arrival[: vehicles_max + 1]
        self._make_room(side, vehicles_max)
        self._bounds(side, egress)
        self._run(side, access, begin_s, vehicles_max, limit_s=NO_LIMIT)
        arrivals: I32 = self._state.target_arrival[: vehicles_max + 1]
        return arrivals

    def everywhere(
        self, side: SearchSide, access: Ends, begin_s: int, limit_s: int, vehicles_max: int
    ) -> I32:
        """Earliest arrival by vehicle at every search stop, UNREACHED where there is none by `limit_s`.

        Shape (stops,). The array is overwritten by the next search.
        """
        self._make_room(side, vehicles_max)
        self._leave_s[:] = UNREACHED
        self._bound_s[:] = 0  # no destination, so no way that is left
        self._run(side, access, begin_s, vehicles_max, limit_s=limit_s + 1)
        arrivals: I32 = self._state.best_arrived
        return arrivals

    def boardings(
        self, side: SearchSide, goal: Ends, begin_s: int, limit_s: int, vehicles_max: int
    ) -> list[I32]:
        """Backwards in the mirrored `side`: latest time to board at every stop with so many vehicles to come.

        Entry n: by n vehicles or fewer, far in the past where the goal is out of reach.
        """
        self._make_room(side, vehicles_max)
        self._state.arrived[:] = UNREACHED  # rounds that are not needed are not written
        self.everywhere(side, goal, begin_s, limit_s, vehicles_max)
        earliest = np.minimum.accumulate(self._state.arrived[1 : vehicles_max + 1], axis=0)
        rounds: list[I32] = [np.full(earliest.shape[1], -UNREACHED, np.int32), *(-row for row in earliest)]
        return rounds

    def _bounds(self, side: SearchSide, goal: Ends) -> None:
        self._make_room(side, self._rounds)
        self._leave_s[:] = UNREACHED
        np.minimum.at(self._leave_s, goal.stops, goal.seconds)
        lower_bounds(side.hops, self._leave_s, self._bound_s, self._heap_key, self._heap_stop)

    def _run(self, side: SearchSide, start: Ends, begin_s: int, rounds: int, limit_s: int) -> None:
        search(
            side.timetable,
            side.change,
            start.stops,
            start.seconds,
            self._leave_s,
            self._bound_s,
            begin_s,
            limit_s,
            rounds,
            self._state,
        )

    def _rides(self, side: SearchSide, k: int, *, turned: bool) -> list[Ride]:
        """The best journey of the last search with at most k vehicles."""
        found = int(np.argmin(self._state.target_arrival[: k + 1]))
        legs = self._legs
        n = trace(self._state, side.timetable, found, legs)
        rides = [
            Ride(int(legs.pattern[i]), int(legs.run[i]), int(legs.board[i]), int(legs.alight[i]))
            for i in range(n)
        ]
        return [turned_round(side, ride) for ride in rides] if turned else rides[::-1]

    def _make_room(self, side: SearchSide, rounds: int) -> None:
        stops, patterns = len(side.change.change_s), len(side.timetable.pattern_offsets) - 1
        entries, heap = len(side.timetable.pattern_stops), len(side.hops.origin) + stops + 1
        if (
            stops == self._stops
            and rounds <= self._rounds
            and patterns <= self._patterns
            and entries <= self._entries
        ):
            if heap > self._heap:
                self._make_heap(heap)
            return
        self._stops = stops
        self._rounds = max(rounds, self._rounds)
        self._patterns, self._entries = max(patterns, self._patterns), max(entries, self._entries)
        self._state = new_state(self._rounds, stops, self._patterns, self._entries)
        self._legs = new_legs(self._rounds)
        self._leave_s, self._bound_s = np.empty(stops, np.int32), np.empty(stops, np.int32)
        self._make_heap(heap)

    def _make_heap(self, size: int) -> None:
        self._heap = size
        self._heap_key, self._heap_stop = np.empty(size, np.int32), np.empty(size, np.int32)


def _tables(side: SearchSide) -> Tables:
    ready = side.prepared
    assert ready is not None
    return Tables(
        side.timetable, ready.index, ready.changes, ready.floors, ready.column, ready.change_s, ready.against
    )
