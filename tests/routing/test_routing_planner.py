"""The planner's own manners: refusals, walks, threads, and what it does at the edges of a query."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import schedule_of
from fakes.printed import printed

from routing.network import Network, build_network
from routing.planner import NoService, OffTheMap, Planner, UnknownStop
from routing.query import Point, Query

TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime(2026, 11, 25, 7, 50, tzinfo=TOKYO)
FEED = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.0000,140.0000
B,Bora,35.0500,140.0000
C,Chiba,35.0520,140.0000
D,Doi,35.1000,140.0000
[trips]
trip_id,route_id,trip_headsign
a1,R,Bora
a2,R,Bora
c1,Q,Doi
c2,Q,Doi
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a1,A,8:00,8:00
a1,B,8:10,8:10
a2,A,8:20,8:20
a2,B,8:30,8:30
c1,C,8:13,8:13
c1,D,8:23,8:23
c2,C,8:45,8:45
c2,D,8:55,8:55
"""
NEAR_A, NEAR_D = Point(35.0010, 140.0, "home"), Point(35.0990, 140.0, "work")


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(schedule_of(FEED))


@pytest.fixture(scope="module")
def planner(network: Network) -> Planner:
    return Planner(network)


def test_door_to_door_with_a_walk_between_two_stops(planner: Planner):
    # 1.3 x 111.2 m to the stop at 1.33 m/s; 1.3 x 222.4 m between B and C takes 218 s, too long for c1
    assert printed(planner.plan(Query(NEAR_A, NEAR_D, AT))) == "\n".join(
        [
            "2026-11-25 8:18:11 to 8:56:49, 1 changes",
            "  walk home to Asa 8:18:11-8:20 (145 m)",
            "  bus R to Bora (a2 of 2026-11-25): Asa 8:20, Bora 8:30",
            "  walk Bora to Chiba 8:30-8:33:38 (289 m)",
            "  bus Q to Doi (c2 of 2026-11-25): Chiba 8:45, Doi 8:55",
            "  walk Doi to work 8:55-8:56:49 (145 m)",
        ]
    )


def test_who_walks_fast_makes_the_connection(planner: Planner):
    fast = planner.plan(Query(NEAR_A, NEAR_D, AT, walk_speed_m_s=1.7))
    assert fast[0].legs[-2].trip_id == "c1"
    assert fast[0].legs[-2].departure_s == 8 * 3600 + 13 * 60


def test_who_walks_little_does_not_change_over_the_street(planner: Planner):
    assert planner.plan(Query(NEAR_A, NEAR_D, AT, walk_s_max=200, walk_alone=False)) == []


def test_arriving_by_a_time_arrives_as_early_as_the_departure_allows(planner: Planner):
    journeys = planner.plan(Query(NEAR_A, NEAR_D, AT.replace(hour=9, minute=30), arrive_by=True))
    assert [(j.departure_s, j.arrival_s) for j in journeys] == [(29891, 32209)]


def test_a_short_way_is_walked(planner: Planner):
    (journey,) = planner.plan(Query(Point(35.05, 140.0, "here"), Point(35.0520, 140.0, "there"), AT))
    assert [leg.mode for leg in journey.legs] == ["walk"]
    assert journey.arrival_s - journey.departure_s == 218
    assert (journey.departure_s, journey.interchanges) == (7 * 3600 + 50 * 60, 0)


def test_a_walk_that_a_ride_beats_is_not_told():
    network = build_network(schedule_of(FEED.replace("35.0500", "35.0120")))
    journeys = Planner(network).plan(Query(NEAR_A, Point(35.0120, 140.0, "b"), AT, walk_s_max=3600))
    assert [leg.mode for leg in journeys[0].legs] == ["walk"]  # 16 minutes on foot, the bus comes at 8:00
    late = Query(NEAR_A, Point(35.0120, 140.0, "b"), AT.replace(minute=57), walk_s_max=3600)
    assert [[leg.mode for leg in j.legs] for j in Planner(network).plan(late)] == [["walk", "bus"]]


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_a_point_off_the_map_is_refused(planner: Planner, end: str):
    query = replace(Query(NEAR_A, NEAR_D, AT), **{end: Point(36.5, 141.0, "sea")})
    with pytest.raises(OffTheMap, match=rf"The {end} 36\.50000,141\.00000 \(sea\) lies off the map"):
        planner.plan(query)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 12, 1)])
def test_a_day_outside_the_calendar_is_refused(planner: Planner, day: date):
    with pytest.raises(NoService, match="the feeds run from 2026-11-23 to 2026-11-29"):
        planner.plan(Query(NEAR_A, NEAR_D, AT.replace(year=day.year, month=day.month, day=day.day)))


def test_an_unknown_stop_is_refused(planner: Planner):
    with pytest.raises(UnknownStop, match="No stop has the id 'Z'"):
        planner.plan(Query(replace(NEAR_A, stop_ids=("Z",)), NEAR_D, AT))


def test_a_time_without_a_zone_is_refused(planner: Planner):
    with pytest.raises(ValueError, match="has no time zone"):
        planner.plan(Query(NEAR_A, NEAR_D, AT.replace(tzinfo=None)))


def test_no_way_is_an_empty_answer(planner: Planner):
    assert planner.plan(Query(NEAR_D, NEAR_A, AT, walk_alone=False)) == []


def test_threads_do_not_disturb_one_another(planner: Planner):
    queries = [
        Query(NEAR_A, NEAR_D, AT.replace(minute=m), arrive_by=m % 2 == 0, interchanges_max=1 + m % 3)
        for m in range(60)
    ]
    alone = [planner.plan(q) for q in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(planner.plan, queries * 5)) == alone * 5
