"""Rides that one asks for by phone: GTFS-Flex of any feed, and taxis by their tariff."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from fakes.feed_text import schedule_of, tables_of

from gtfs.flex.read import flex_rides
from gtfs.schedule.feed import Feed
from maas.bridges.by_request import FlexMover, Taxi, TaxiMover
from maas.bridges.movers import Walker
from routing.mixed import MixedPlanner
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Profile, Query
from routing.street.beeline import BeelineStreets

TOKYO = ZoneInfo("Asia/Tokyo")
SCHEDULE = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.600,140.000
B,Bora,35.600,140.030
[trips]
trip_id,route_id
t1,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
t1,A,8:00,8:00
t1,B,8:30,8:30
"""
ON_REQUEST = """
[routes]
route_id,route_short_name,route_type
F,Flexi,3
[trips]
trip_id,route_id,service_id
f1,F,daily
[stop_times]
trip_id,stop_sequence,location_id,location_group_id,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id
f1,1,hills,,9:00:00,12:00:00,2,1,rule
f1,2,,centre,9:00:00,13:00:00,1,2,
[location_groups]
location_group_id,location_group_name
centre,Centre
[location_group_stops]
location_group_id,stop_id
centre,A
centre,B
[booking_rules]
booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_last_day,prior_notice_last_time,phone_number
rule,{rule},0120-000-000
"""
HILLS = {
    "type": "FeatureCollection",
    "features": [
        {
            "id": "hills", "type": "Feature", "properties": {"stop_name": "Hills"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[140.0, 35.61], [140.03, 35.61], [140.03, 35.63], [140.0, 35.63], [140.0, 35.61]]
                ],
            },
        },
        {"id": "broken", "type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}},
    ],
}  # fmt: skip
HOME, AWAY = Point(35.62, 140.01, "home"), Point(35.70, 140.01, "away")
CENTRE = Point(35.6005, 140.0, "centre")


def feed(rule: str = "0,,,") -> Feed:
    tables = {
        name: pl.DataFrame(rows, infer_schema_length=None).cast(pl.String)
        for name, rows in tables_of(ON_REQUEST.format(rule=rule)).items()
    }
    return Feed("flex", tables, raw={"locations.geojson": json.dumps(HILLS).encode()})


def at(text: str, day: int = 25) -> int:
    return int(datetime.fromisoformat(f"2026-11-{day}T{text}").replace(tzinfo=TOKYO).timestamp())


def mover(rule: str = "0,,,", now: int | None = None) -> FlexMover:
    schedule = schedule_of(SCHEDULE)
    planner = Planner(build_network(schedule))
    walker = Walker(BeelineStreets(schedule.stops.lat, schedule.stops.lon), Profile.WALK, 1.33, 1800)
    asked = at("08:00") if now is None else now
    network = planner.network
    rides = tuple(flex_rides(feed(rule)))
    return FlexMover(rides, schedule, network.stop_index, network.clock, walker, lambda: asked)


def test_zones_groups_windows_and_rules_are_read():
    (ride,) = flex_rides(feed("2,,1,17:00:00"))
    assert (ride.trip_id, ride.route_name, ride.service_id) == ("f1", "Flexi", "daily")
    assert (ride.pickup.zone.name, ride.drop_off.zone.stop_ids) == ("Hills", ("A", "B"))
    assert (ride.pickup.opens_s, ride.pickup.closes_s) == (9 * 3600, 12 * 3600)
    assert (ride.pickup.rule.kind, ride.pickup.rule.last_day, ride.pickup.rule.last_time_s) == (2, 1, 61_200)


def test_a_zone_that_nobody_defines_and_a_window_without_an_end_are_left_out():
    broken = feed()
    broken.raw.clear()
    assert flex_rides(broken) == []
    half = feed()
    half.tables["stop_times"] = half.tables["stop_times"].with_columns(
        pl.lit("").alias("end_pickup_drop_off_window")
    )
    assert flex_rides(half) == []


@pytest.mark.parametrize(
    ("rule", "wish", "now", "pickup", "until"),
    [
        ("0,,,", "10:00", at("08:00"), "10:00", None),
        ("0,,,", "08:00", at("08:00"), "09:00", None),  # the vehicle comes from nine on
        ("0,,,", "12:30", at("08:00"), None, None),  # and not after twelve
        ("1,60,,", "10:00", at("08:00"), "10:00", at("09:00")),  # an hour before
        ("1,60,,", "10:00", at("09:30"), "10:30", at("09:30")),
        ("2,,1,17:00:00", "10:00", at("16:00", 24), "10:00", at("17:00", 24)),  # by 17:00 the day before
        ("2,,1,17:00:00", "10:00", at("18:00", 24), None, None),  # too late
    ],
)
def test_a_ride_keeps_to_its_windows_and_its_booking_rule(
    rule: str, wish: str, now: int, pickup: str | None, until: int | None
):
    offered = mover(rule, now).offer(HOME, CENTRE, at(wish), arrive_by=False)
    if pickup is None:
        assert offered is None
        return
    assert offered is not None
    ride = next(move for move in offered.moves if move.mode == "flex")
    assert ride.departure_at_s == at(pickup)
    assert ride.terms is not None
    assert (ride.terms.book_until_s, ride.terms.phone) == (until, "0120-000-000")
    assert ride.end.stop_id == "A"
    assert offered.moves[-1].mode == "walk"


def test_arriving_by_a_time_it_comes_early_enough():
    offered = mover().offer(HOME, CENTRE, at("11:00"), arrive_by=True)
    assert offered is not None
    assert at("10:00") < offered.departure_at_s < offered.arrival_at_s <= at("11:00")


def test_nobody_is_met_outside_the_zone_or_on_the_way_back():
    assert mover().estimate_s(AWAY, CENTRE) is None
    assert mover().offer(AWAY, CENTRE, at("10:00"), arrive_by=False) is None
    assert mover().offer(CENTRE, HOME, at("10:00"), arrive_by=False) is None


def test_a_ride_by_request_is_among_the_journeys():
    flex = mover()
    planner = MixedPlanner(Planner(build_network(schedule_of(SCHEDULE))))
    query = Query(HOME, CENTRE, datetime(2026, 11, 25, 10, tzinfo=TOKYO), walk_s_max=600)
    found = planner.plan(query, [flex])
    assert any([leg.mode for leg in journey.legs] == ["flex", "walk"] for journey in found)


TAXI = Taxi("Chiba Taxi", "JPY", 500, 1096, 100, 255, 600, 4, "043-000-0000")


@pytest.mark.parametrize(
    ("metres", "yen"), [(500.0, 500), (1096.0, 500), (1097.0, 600), (1351.0, 600), (1352.0, 700)]
)
def test_a_taxi_costs_its_first_metres_and_every_started_step(metres: float, yen: int):
    assert TAXI.price_minor(metres) == yen


def test_a_taxi_comes_after_its_wait_and_not_into_the_past():
    walker = Walker(BeelineStreets(np.array([35.6]), np.array([140.0])), Profile.WALK, 1.33, 1800)
    taxi = TaxiMover(TAXI, walker, lambda: at("08:00"))
    now = taxi.offer(HOME, CENTRE, at("08:00"), arrive_by=False)
    assert now is not None
    assert now.departure_at_s == at("08:10")
    assert now.moves[0].terms is not None
    assert now.moves[0].terms.price_minor == TAXI.price_minor(now.moves[0].distance_m)
    later = taxi.offer(HOME, CENTRE, at("09:00"), arrive_by=True)
    assert later is not None
    assert later.arrival_at_s == at("09:00")
    assert taxi.offer(HOME, CENTRE, at("08:10"), arrive_by=True) is None
