"""RAPTOR, forwards and backwards, equals the brute force on thousands of small random feeds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from fakes.brute_force import (
    Changes,
    arrivals,
    latest_departures,
    pareto,
    vehicles,
)
from fakes.feed_text import FIRST_DATE, Tables, schedule_from
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gtfs.model.schedule import Schedule
from routing.kernels.layout import UNREACHED
from routing.network import DayNetwork, Network
from routing.ports import Footpaths
from routing.search import Ends, Ride, Searcher
from routing.timetable.build import build_timetable
from routing.timetable.day import EARLIEST_S, LATEST_S
from routing.timetable.splits import split_stops

VEHICLES_MAX = 4
DAY = FIRST_DATE + timedelta(days=2)
SEARCHER = Searcher()


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}:00"


class Dice:
    """Where random feeds take their choices from: hypothesis, which shrinks, or a seed, which is fast."""

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.number = integer

    def pick(self, *values):
        return values[self.number(0, len(values) - 1)]


def feed_of(dice: Dice) -> Tables:
    """A few stops and trips with every rule that the timetable knows."""
    pick, number = dice.pick, dice.number
    names = "ABCDEFG"[: number(3, 7)]
    stops = [
        {
            "stop_id": name,
            "stop_lat": str(35 + number(0, 3) * 0.001),
            "stop_lon": str(140 + number(0, 3) * 0.001),
            "parent_station": pick("", "", "S"),
        }
        for name in names
    ]
    stops.append({"stop_id": "S", "location_type": "1"})
    calendar = [
        {"service_id": "daily", "days": "11111"},
        {"service_id": "some", "days": "".join(pick("0", "1") for _ in range(5))},
    ]
    trips, stop_times, frequencies = [], [], []
    for k in range(number(2, 8)):
        trip = f"t{k}"
        repeated = number(0, 7) == 0
        trips.append(
            {
                "trip_id": trip,
                "route_id": pick("R", "Q"),
                "service_id": pick("daily", "daily", "some"),
                "direction_id": pick("", "0", "1"),
                "block_id": "" if repeated else pick("", "", "b", "c"),
            }
        )
        at = pick(0, 0, 0, 1380, 1420, 2850) + number(0, 60)
        length = number(2, 5)
        for i in range(length):
            arrival = at
            at += pick(0, 0, 2)
            timed = i in (0, length - 1) or number(0, 3) > 0
            stop_times.append(
                {
                    "trip_id": trip,
                    "stop_id": pick(*names),
                    "stop_sequence": str(i),
                    "arrival_time": clock(arrival) if timed else "",
                    "departure_time": clock(at) if timed else "",
                    "pickup_type": pick("", "", "", "1", "2"),
                    "drop_off_type": pick("", "", "", "1", "3"),
                    "shape_dist_traveled": pick("", str(i * 10 + number(0, 9))),
                }
            )
            at += number(1, 12)
        if repeated:
            start = number(0, 60)
            frequencies.append(
                {
                    "trip_id": trip,
                    "start_time": clock(start),
                    "end_time": clock(start + number(1, 40)),
                    "headway_secs": str(number(3, 20) * 60),
                    "exact_times": pick("0", "1"),
                }
            )
    transfers = []
    singles = number(0, 3) == 0  # rules for single trips and routes
    for _ in range(number(0, 6)):
        kind = pick("0", "1", "2", "2", "3", "4", "4", "5")
        row = {"transfer_type": kind, "min_transfer_time": str(number(0, 9) * 60)}
        if kind in "45":
            row |= {"from_trip_id": pick(*trips)["trip_id"], "to_trip_id": pick(*trips)["trip_id"]}
        else:
            row |= {"from_stop_id": pick(*names, "S"), "to_stop_id": pick(*names, "S")}
            for side in ("from", "to"):
                if singles and number(0, 1):
                    row |= {f"{side}_trip_id": pick(*trips)["trip_id"]}
                elif singles and number(0, 1):
                    row |= {f"{side}_route_id": pick("R", "Q")}
        transfers.append(row)
    return {
        "stops": stops,
        "calendar": calendar,
        "routes": [{"route_id": "R"}, {"route_id": "Q"}],
        "trips": trips,
        "stop_times": stop_times,
        "frequencies": frequencies,
        "transfers": transfers,
    }


Question = tuple[Schedule, dict[tuple[int, int], int], dict[int, int], dict[int, int], int]


def question_of(dice: Dice) -> Question:
    """A feed, street footpaths, where one starts, where one goes, and when (seconds)."""
    pick, number = dice.pick, dice.number
    schedule = schedule_from(feed_of(dice))
    last = len(schedule.stops.ids) - 2
    pairs = [(number(0, last), number(0, last)) for _ in range(number(0, 6))]
    walks = {pair: number(0, 900) for pair in pairs if pair[0] != pair[1]}
    access = {number(0, last): number(0, 600) for _ in range(number(1, 3))}
    egress = {number(0, last): number(0, 300) for _ in range(number(1, 2))}
    return schedule, walks, access, egress, 60 * (pick(0, 0, 1380, 1410) + number(-30, 70))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return question_of(Dice(lambda low, high: draw(st.integers(low, high))))


def seeded(seed: int) -> Question:
    return question_of(Dice(random.Random(seed).randint))


def network_of(schedule: Schedule, walks: dict[tuple[int, int], int]) -> Network:
    stops = len(schedule.stops.ids)
    keys = sorted(walks)
    counts = np.bincount([a for a, _ in keys], minlength=stops) if keys else np.zeros(stops, np.int64)
    footpaths = Footpaths(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        target=np.array([b for _, b in keys], np.int32),
        duration_s=np.array([walks[k] for k in keys], np.int32),
        distance_m=np.array([walks[k] * 1.33 for k in keys]),
    )
    return Network(schedule, build_timetable(schedule, split_stops(schedule)), footpaths, None)


def ends(network: Network, of: dict[int, int]) -> Ends:
    """Of all search stops: rules for changes do not concern doors."""
    stops = [k for k, stop in enumerate(network.splits.stop_of.tolist()) if stop in of]
    seconds = [of[int(network.splits.stop_of[k])] for k in stops]
    return Ends(np.array(stops, np.int32), np.array(seconds, np.int32))


def told(found: np.ndarray) -> list[int | None]:
    return [None if t == UNREACHED else int(t) for t in found]


def within_the_day(moments: list[int | None]) -> list[int | None]:
    """Without what lies outside the hours that a day timetable promises to know."""
    return [m if m is not None and EARLIEST_S <= m <= LATEST_S else None for m in moments]


def check_arrivals(question: Question) -> None:
    schedule, walks, access, _, begin = question
    network = network_of(schedule, walks)
    day = network.on(DAY)
    changes = Changes(schedule, walks)
    rounds = arrivals(vehicles(schedule, DAY), changes, access, begin, VEHICLES_MAX)
    start = ends(network, access)
    for target in range(len(schedule.stops.ids) - 1):
        egress = {target: 0, (target + 1) % 3: 240}
        found = SEARCHER.arrivals(day.forward, start, ends(network, egress), begin, VEHICLES_MAX)
        assert within_the_day(told(found)) == within_the_day(pareto(rounds, egress))


def check_departures(question: Question) -> None:
    schedule, walks, access, egress, deadline = question
    network = network_of(schedule, walks)
    day = network.on(DAY)
    changes = Changes(schedule, walks)
    expected = latest_departures(vehicles(schedule, DAY), changes, access, egress, deadline, VEHICLES_MAX)
    start, goal = ends(network, access), ends(network, egress)
    found = SEARCHER.arrivals(day.backward, goal, start, -deadline, VEHICLES_MAX)
    departures = [None if m is None else -m for m in told(found)]
    assert within_the_day(departures) == within_the_day(expected)


many = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(many, max_examples=200)
@given(questions())
def test_both_directions_equal_the_brute_force_on_feeds_that_shrink(question):
    check_arrivals(question)
    check_departures(question)


@pytest.mark.parametrize("block", range(4))
def test_earliest_arrivals_equal_the_brute_force_on_thousands_of_feeds(block):
    for seed in range(block * 1000, block * 1000 + 1000):
        try:
            check_arrivals(seeded(seed))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def test_latest_departures_equal_the_brute_force_on_many_feeds():
    for seed in range(10_000, 10_600):
        try:
            check_departures(seeded(seed))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


@pytest.mark.parametrize("arrive_by", [False, True])
def test_journeys_leave_as_late_as_their_arrival_allows(arrive_by):
    for seed in range(20_000, 20_300):
        try:
            check_journeys(seeded(seed), arrive_by=arrive_by)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def check_journeys(question: Question, *, arrive_by: bool) -> None:
    """The rides of a journey are the brute force's best departure for the brute force's best arrival."""
    schedule, walks, access, egress, begin = question
    network = network_of(schedule, walks)
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


def test_the_generator_reaches_every_rule():
    """Guards the tests above against a generator that never makes what they claim to cover."""
    seen = set()
    for seed in range(300):
        schedule = seeded(seed)[0]
        seen.update(f"transfer {kind}" for kind in schedule.transfers.type.tolist())
        if len(schedule.frequencies.trip):
            seen.add("frequency")
        if split_stops(schedule).matches:
            seen.add("single rule")
        if (schedule.stop_times.arrival_s == -1).any():
            seen.add("blank")
        running = vehicles(schedule, DAY)
        if any(v.onward for v in running.values()):
            seen.add("in seat")
        if any(v.name[1] == -2 and v.visits[-1].arrival > 0 for v in running.values()):
            seen.add("of the day before yesterday")
    assert seen == {f"transfer {k}" for k in range(6)} | {
        "frequency", "single rule", "blank", "in seat", "of the day before yesterday",
    }  # fmt: skip
