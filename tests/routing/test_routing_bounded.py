"""Cheapest, least walking, greenest: restricted Pareto sets beside every journey there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.asked import DAY as ASKED
from fakes.asked import STOPS, told
from fakes.feed_text import schedule_of
from fakes.printed import printed
from fakes.random_feeds import ends, network_of, seeded
from fakes.routing_checks import DAY

from routing.bounded import BestBy, BoundedPlanner, Wished, restricted
from routing.costs import Costs, CostTables
from routing.day_network import DayNetwork
from routing.kernels.layout import ALIGHT, BOARD
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query
from routing.rides import Ends
from routing.search import Searcher

VEHICLES_MAX = 3
Told = tuple[int, int, int, int, int]  # arrival, vehicles, walk, price, CO2


def odd_price(route: int, stops: tuple[int, ...]) -> int:
    """Fares that follow no sense at all: a longer ride may be cheaper."""
    return (route * 37 + stops[0] * 11 + stops[-1] * 5) % 9 * 10


def every_journey(network: DayNetwork, costs: Costs, start: Ends, goal: Ends, begin: int) -> Iterator[Told]:
    """All ways to ride up to VEHICLES_MAX vehicles, one after another."""
    day, change, rides = network.forward.timetable, network.forward.change, costs.rides
    egress = dict(zip(goal.stops.tolist(), goal.seconds.tolist(), strict=True))

    def on(ready: dict[tuple[int, int, int, int], int], vehicles: int) -> Iterator[Told]:
        """From (stop, walk, price, CO2) -> earliest time to board there."""
        following: dict[tuple[int, int, int, int], int] = {}
        for (stop, walk, price, co2), time in ready.items():
            for e in range(day.stop_offsets[stop], day.stop_offsets[stop + 1]):
                pattern, board = int(day.stop_patterns[e]), int(day.stop_positions[e])
                entry = int(day.pattern_offsets[pattern])
                length = int(day.pattern_offsets[pattern + 1]) - entry
                if not day.pattern_flags[entry + board] & BOARD:
                    continue
                for number in range(int(day.run_offsets[pattern]), int(day.run_offsets[pattern + 1])):
                    base = int(day.time_offsets[pattern]) + (number - int(day.run_offsets[pattern])) * length
                    if day.departure[base + board] < time:
                        continue
                    for alight in range(board + 1, length):
                        if not day.pattern_flags[entry + alight] & ALIGHT:
                            continue
                        there, at = int(day.pattern_stops[entry + alight]), int(day.arrival[base + alight])
                        paid = price + int(rides.price[rides.price_offsets[number] + board * length + alight])
                        way = int(rides.metres[entry + alight] - rides.metres[entry + board])
                        foul = co2 + (way * int(rides.mg_m[number]) + 500) // 1000
                        if there in egress:
                            yield at + egress[there], vehicles, walk + egress[there], paid, foul
                        paths = slice(int(change.offsets[there]), int(change.offsets[there + 1]))
                        ways = list(zip(change.target[paths], change.duration_s[paths], strict=True))
                        walked_on = [(int(to), int(s), int(s)) for to, s in ways]
                        for target, seconds, walked in [(there, int(change.change_s[there]), 0), *walked_on]:
                            key = target, walk + walked, paid, foul
                            following[key] = min(following.get(key, 10**9), at + seconds)
        if vehicles < VEHICLES_MAX:
            yield from on(following, vehicles + 1)

    first = {
        (stop, walk, 0, 0): begin + walk
        for stop, walk in zip(start.stops.tolist(), start.seconds.tolist(), strict=True)
    }
    yield from on(first, 1)


def best_of(all_of_them: set[Told]) -> set[Told]:
    return {
        one
        for one in all_of_them
        if not any(o != one and all(x <= y for x, y in zip(o, one, strict=True)) for o in all_of_them)
    }


@pytest.mark.parametrize("block", range(3))
def test_the_restricted_set_equals_that_of_every_journey(block: int):
    several = 0
    for seed in range(70_000 + 60 * block, 70_060 + 60 * block):
        schedule, walks, access, egress, begin = seeded(seed)
        network = network_of(schedule, walks)
        day = network.on(DAY)
        costs = CostTables(network, odd_price, {"bus": 90.0}.get).of(day)
        start, goal = ends(network, access), ends(network, egress)
        limits = np.array([0, begin + 5400, begin + 4200, begin + 3000], np.int32)
        found = restricted(Searcher(), day, costs, (start, goal), begin, limits)
        mine = {(f.arrival_s, len(f.rides), *f.costs) for f in found}
        there = {t for t in every_journey(day, costs, start, goal, begin) if t[0] <= limits[t[1]]}
        assert mine == best_of(there), f"seed {seed}"
        for column in range(3):
            alone = restricted(Searcher(), day, costs, (start, goal), begin, limits, (column,))
            told = {(f.arrival_s, len(f.rides), f.costs[column]) for f in alone}
            assert told == best_of({(t[0], t[1], t[2 + column]) for t in there}), f"seed {seed}"
            assert all(sum(f.costs) == f.costs[column] for f in alone)
        several += len(mine) > 1
    assert several > 3


FEED = (
    STOPS
    + """
[routes]
route_id,route_type
train,2
bus,3
coach,200
[trips]
trip_id,route_id
fast,train
slow1,bus
slow2,bus
cheap,coach
[stop_times]
trip_id,stop_id,arrival_time,departure_time
fast,A,8:00,8:00
fast,C,8:20,8:20
slow1,A,8:02,8:02
slow1,C,8:30,8:30
slow2,A,8:10,8:10
slow2,C,8:33,8:33
cheap,A,8:05,8:05
cheap,B,8:20,8:20
cheap,C,8:34,8:34
"""
)
PRICES = {"train": 500, "bus": 300, "coach": 100}


def ask(wish: BestBy, *, arrive_by: bool = False, at: str = "7:55") -> str:
    return printed(wished(wish, arrive_by=arrive_by, at=at).journeys)


def wished(*wishes: BestBy, arrive_by: bool = False, at: str = "7:55", room_max: int = 1 << 17) -> Wished:
    network = build_network(schedule_of(FEED))
    routes = network.schedule.routes.ids
    tables = CostTables(
        network, lambda route, _: PRICES[routes[route]], {"rail": 20.0, "bus": 71.0, "coach": 50.0}.get
    )
    hours, minutes = map(int, at.split(":"))
    moment = datetime(ASKED.year, ASKED.month, ASKED.day, hours, minutes, tzinfo=ZoneInfo("Asia/Tokyo"))
    points = (Point(35.0, 140.0, "", ("A",)), Point(35.2, 140.0, "", ("C",)))
    query = Query(*points, moment, arrive_by=arrive_by, walk_alone=False)
    return BoundedPlanner(Planner(network), tables.of, room_max).plan(query, wishes)


def test_the_cheapest_way_is_found_though_another_is_sooner_and_needs_no_more_changes():
    assert ask(BestBy.CHEAPEST) == told("""
        2026-11-25 8:05 to 8:34, 0 changes
          coach coach (cheap of 2026-11-25): Asa [1] 8:05, Bora [2] 8:20, Chiba 8:34
    """)


def test_the_greenest_way_is_found():
    assert ask(BestBy.GREENEST, at="7:50") == told("""
        2026-11-25 8:00 to 8:20, 0 changes
          rail train (fast of 2026-11-25): Asa [1] 8:00, Chiba 8:20
    """)


def test_a_search_without_room_says_so_and_tells_nothing():
    assert wished(BestBy.CHEAPEST, BestBy.GREENEST, room_max=3) == Wished(
        [], [BestBy.CHEAPEST, BestBy.GREENEST]
    )
    assert wished(BestBy.CHEAPEST, BestBy.GREENEST).unsearched == []


def test_what_is_too_late_is_no_answer():
    """A slack of half of the shortest journey's time, at least fifteen minutes."""
    assert ask(BestBy.CHEAPEST, at="7:59").startswith("2026-11-25 8:05 to 8:34")
    assert ask(BestBy.CHEAPEST, arrive_by=True, at="8:33").startswith("2026-11-25 8:10 to 8:33")


def test_arrive_by_the_cheapest_leaves_as_late_as_it_may():
    assert ask(BestBy.CHEAPEST, arrive_by=True, at="8:40").startswith("2026-11-25 8:05 to 8:34")
