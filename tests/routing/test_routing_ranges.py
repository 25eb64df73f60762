"""A window's answer is the union of the answers to every single question in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import schedule_of

from routing.journey import Journey, LegEnd, Terms
from routing.mixed import MixedPlanner
from routing.network import build_network
from routing.on_demand import Move, Offered
from routing.planner import Planner
from routing.query import Point, Query
from routing.ranges import late_via, pareto, range_via
from routing.via import Via

TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = "ABCD"
AT = datetime(2026, 11, 25, 11, tzinfo=TOKYO)
WINDOW_S = 5400


def point(name: str) -> Point:
    return Point(35.60, 140.0 + 0.1 * NAMES.index(name), name, (name,))


def random_planner(seed: int, *, trips: int = 120) -> Planner:
    rng = random.Random(seed)
    rows, calls = [], []
    for k in range(trips):
        a, b = rng.sample(NAMES, 2)
        start = rng.randrange(5 * 60, 17 * 60)
        end = start + rng.randrange(5, 60)
        rows.append(f"t{k},R{k % 5}")
        for stop, minute in ((a, start), (b, end)):
            clock = f"{minute // 60}:{minute % 60:02}"
            calls.append(f"t{k},{stop},{clock},{clock}")
    stops = [f"{n},{n},35.60,{140.0 + 0.1 * k:.1f}" for k, n in enumerate(NAMES)]
    lines = [
        "[stops]", "stop_id,stop_name,stop_lat,stop_lon", *stops, "[trips]", "trip_id,route_id", *rows,
        "[stop_times]", "trip_id,stop_id,arrival_time,departure_time", *calls,
    ]  # fmt: skip
    return Planner(build_network(schedule_of("\n".join(lines))))


Ends = tuple[int, int, int]


def ends_of(planner: Planner, journeys: Iterable[Journey]) -> set[Ends]:
    """Departure, arrival, vehicles."""
    clock = planner.network.clock
    return {
        (
            clock.origin(j.service_date) + j.departure_s,
            clock.origin(j.service_date) + j.arrival_s,
            sum(leg.mode != "walk" for leg in j.legs),
        )
        for j in journeys
    }


def united(
    planner: Planner, plan: Callable[[Query], list[Journey]], query: Query, window_s: int = WINDOW_S
) -> set[Ends]:
    """What all single questions of the window tell, without those that another one beats.

    Ways that spend the night on the road are left out: single questions fall back to the day before.
    """
    told: list[Journey] = []
    for minute in range(0, window_s, 60):
        moved = timedelta(seconds=-minute if query.arrive_by else minute)
        told += [j for j in plan(replace(query, at=query.at + moved)) if j.service_date == AT.date()]
    begin = int(query.at.timestamp())
    best = ends_of(planner, pareto(planner.network.clock, told))
    if query.arrive_by:
        return {e for e in best if begin - window_s < e[1] <= begin}
    return {e for e in best if begin <= e[0] < begin + window_s}


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_window_is_the_union_of_single_questions(seed: int, arrive_by: bool):
    planner = random_planner(seed)
    query = Query(point("A"), point("D"), AT, arrive_by=arrive_by, walk_alone=False)
    found = planner.plan_range(query, WINDOW_S)
    assert ends_of(planner, found) == united(planner, planner.plan, query)
    edges = [j.arrival_s if arrive_by else j.departure_s for j in found]
    assert edges == sorted(edges, reverse=arrive_by)


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_window_by_way_of_a_place_is_the_union_of_single_questions(seed: int, arrive_by: bool):
    planner = random_planner(100 + seed)
    query = Query(point("A"), point("D"), AT, arrive_by=arrive_by, walk_alone=False, interchanges_max=1)
    clock, vias = planner.network.clock, [Via(point("B"), 600)]
    found = range_via(planner.plan, clock, query, vias, WINDOW_S)
    assert found or arrive_by
    assert ends_of(planner, found) == united(planner, lambda q: late_via(planner.plan, clock, q, vias), query)


def test_by_way_of_a_place_one_leaves_as_late_as_the_arrival_allows():
    """Greedy sections would take the first bus to B and wait there."""
    feed = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,A,35.60,140.0
B,B,35.60,140.1
D,D,35.60,140.3
[trips]
trip_id,route_id
early,R
late,R
on,Q
[stop_times]
trip_id,stop_id,arrival_time,departure_time
early,A,9:00,9:00
early,B,9:10,9:10
late,A,9:40,9:40
late,B,9:50,9:50
on,B,10:00,10:00
on,D,10:10,10:10
"""
    planner = Planner(build_network(schedule_of(feed)))
    query = Query(point("A"), point("D"), AT, walk_alone=False)
    (journey,) = late_via(planner.plan, planner.network.clock, query, [Via(point("B"), 300)])
    assert [leg.trip_id for leg in journey.legs] == ["late", "on"]


@dataclass
class Cab:
    """At any minute, everywhere near, always as long."""

    mode: str = "shuttle"
    ride_s: int = 600

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        near = abs(origin.lat - destination.lat) + abs(origin.lon - destination.lon) <= 0.03
        return self.ride_s if near else None

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        start = at_s - self.ride_s if arrive_by else at_s
        ends = (LegEnd(p.name, p.lat, p.lon) for p in (origin, destination))
        return Offered(
            (Move(self.mode, *ends, start, start + self.ride_s, 2000.0, (), Terms("c", 300, "JPY")),)
        )


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_window_with_rides_on_demand_is_the_union_of_single_questions(seed: int, arrive_by: bool):
    """Two kilometres from the stations on either side: only the cab leads there."""
    planner = random_planner(200 + seed)
    mixed, cab = MixedPlanner(planner), Cab()
    home, office = (replace(point(name), lat=35.62, stop_ids=()) for name in "AD")
    query = Query(home, office, AT, arrive_by=arrive_by, walk_alone=False, interchanges_max=1)
    found = mixed.plan_range(query, WINDOW_S, [cab])
    assert found
    assert all(leg.mode != "shuttle" or leg.terms for j in found for leg in j.legs)
    assert ends_of(planner, found) == united(planner, lambda q: mixed.plan(q, [cab]), query)


def test_late_in_the_evening_a_window_goes_on_into_the_next_day():
    feed = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,A,35.60,140.0
B,B,35.60,140.1
[trips]
trip_id,route_id
last,R
first,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
last,A,24:40,24:40
last,B,25:00,25:00
first,A,5:00,5:00
first,B,5:20,5:20
"""
    planner = Planner(build_network(schedule_of(feed)))
    query = Query(point("A"), point("B"), AT.replace(hour=23, minute=30), walk_alone=False)
    found = planner.plan_range(query, 6 * 3600)
    dates = [(j.legs[0].trip_id, j.legs[0].trip_service_date) for j in found]
    assert dates == [("last", AT.date()), ("first", AT.date() + timedelta(days=1))]
    back = planner.plan_range(replace(query, at=AT.replace(hour=1) + timedelta(days=1), arrive_by=True), 3600)
    assert [(j.legs[0].trip_id, j.legs[0].trip_service_date) for j in back] == [("last", AT.date())]
