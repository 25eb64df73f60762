"""A searcher's answers held against the brute force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import numpy as np
from fakes.brute_force import Changes, arrivals, latest_departures, pareto, vehicles
from fakes.feed_text import FIRST_DATE
from fakes.random_feeds import Question, ends, network_of

from gtfs.model.schedule import Schedule
from routing.day_network import DayNetwork
from routing.kernels.layout import UNREACHED
from routing.network import Network
from routing.rides import Ride
from routing.search import Searcher
from routing.timetable.day import EARLIEST_S, LATEST_S

VEHICLES_MAX = 4
DAY = FIRST_DATE + timedelta(days=2)
SEARCHER = Searcher()
Build = Callable[[Schedule, dict[tuple[int, int], int]], Network]


def told(found: np.ndarray) -> list[int | None]:
    return [None if t == UNREACHED else int(t) for t in found]


def within_the_day(moments: list[int | None]) -> list[int | None]:
    """Without what lies outside the hours that a day timetable promises to know."""
    return [m if m is not None and EARLIEST_S <= m <= LATEST_S else None for m in moments]


def check_arrivals(question: Question, build: Build = network_of) -> None:
    schedule, walks, access, _, begin = question
    network = build(schedule, walks)
    day = network.on(DAY)
    changes = Changes(schedule, walks)
    rounds = arrivals(vehicles(schedule, DAY), changes, access, begin, VEHICLES_MAX)
    start = ends(network, access)
    for target in range(len(schedule.stops.ids) - 1):
        egress = {target: 0, (target + 1) % 3: 240}
        found = SEARCHER.arrivals(day.forward, start, ends(network, egress), begin, VEHICLES_MAX)
        assert within_the_day(told(found)) == within_the_day(pareto(rounds, egress))


def check_departures(question: Question, build: Build = network_of) -> None:
    schedule, walks, access, egress, deadline = question
    network = build(schedule, walks)
    day = network.on(DAY)
    changes = Changes(schedule, walks)
    expected = latest_departures(vehicles(schedule, DAY), changes, access, egress, deadline, VEHICLES_MAX)
    start, goal = ends(network, access), ends(network, egress)
    found = SEARCHER.arrivals(day.backward, goal, start, -deadline, VEHICLES_MAX)
    departures = [None if m is None else -m for m in told(found)]
    assert within_the_day(departures) == within_the_day(expected)


def check_journeys(question: Question, *, arrive_by: bool, build: Build = network_of) -> None:
    """The rides of a journey are the brute force's best departure for the brute force's best arrival."""
    schedule, walks, access, egress, begin = question
    network = build(schedule, walks)
    day = network.on(DAY)
    changes = Changes(schedule, walks)
    running = vehicles(schedule, DAY)
    start, goal = ends(network, access), ends(network, egress)
    journeys = SEARCHER.journeys(
        day,
        start,
        goal,
        begin,
        arrive_by=arrive_by,
        vehicles_max=VEHICLES_MAX,
    )
    expected = set()
    if arrive_by:
        latest = latest_departures(running, changes, access, egress, begin, VEHICLES_MAX)
        for k, departure in enumerate(latest):
            if departure is not None and departure >= EARLIEST_S:
                rounds = arrivals(running, changes, access, departure, k)
                expected.add((k, departure, min(a for a in pareto(rounds, egress) if a is not None)))
    else:
        for k, arrival in enumerate(pareto(arrivals(running, changes, access, begin, VEHICLES_MAX), egress)):
            if arrival is not None and arrival <= LATEST_S:
                latest = latest_departures(running, changes, access, egress, arrival, k)
                expected.add((k, max(d for d in latest if d is not None), arrival))
    found = set()
    for rides in journeys:
        events = [_event(network, day, ride) for ride in rides]
        for (_, _, _, a, left, arrived), (b, boarded, departs, *_) in pairwise(events):
            assert arrived + changes.seconds(a, left, b, boarded) <= departs
        (start, _, departs, *_), (*_, end, _, arrived) = events[0], events[-1]
        if arrived <= LATEST_S and departs >= EARLIEST_S:
            found.add((len(rides), departs - access[start], arrived + egress[end]))
    assert found == expected


def _event(network: Network, day: DayNetwork, ride: Ride) -> tuple[int, int, int, int, int, int]:
    """Stop, trip and time of boarding, and of alighting."""
    timetable, cut = network.timetable, day.forward.timetable
    run = int(day.day.run[cut.run_offsets[ride.pattern] + ride.run])
    members = slice(int(timetable.member_offsets[run]), int(timetable.member_offsets[run + 1]))
    begins, trips = timetable.member_position[members], timetable.member_trip[members]
    entry = int(cut.pattern_offsets[ride.pattern])
    length = int(cut.pattern_offsets[ride.pattern + 1]) - entry
    row = int(cut.time_offsets[ride.pattern]) + ride.run * length
    stop_of = network.splits.stop_of
    return (
        int(stop_of[cut.pattern_stops[entry + ride.board]]),
        int(trips[np.flatnonzero(begins <= ride.board)[-1]]),
        int(cut.departure[row + ride.board]),
        int(stop_of[cut.pattern_stops[entry + ride.alight]]),
        int(trips[np.flatnonzero(begins < ride.alight)[-1]]),
        int(cut.arrival[row + ride.alight]),
    )
