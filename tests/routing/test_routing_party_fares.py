"""What a party pays, against hand-worked tables: adults and children by the feed's categories, or by half."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import feed_of

from gtfs.schedule.fares import read_fares
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.fares import FareBasis, FarePricer, Riders
from routing.fares.party import half_minor
from routing.journey import Journey
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query

# Two lines, one change at B: 210 yen, then 150, of which a transfer takes 50 off.
NETWORK = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Rail,https://rail.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.0,140.0
B,Bora,35.1,140.0
C,Chiba,35.2,140.0
[routes]
route_id,agency_id,route_short_name,route_type,network_id
R,a,R,2,long
Q,a,Q,2,short
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,20261101,20261231
[trips]
route_id,service_id,trip_id
R,w,t
Q,w,u
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
t,08:00:00,08:00:00,A,1
t,08:10:00,08:10:00,B,2
u,08:20:00,08:20:00,B,1
u,08:30:00,08:30:00,C,2
[fare_media]
fare_media_id,fare_media_type
paper,1
card,2
[fare_leg_rules]
leg_group_id,network_id,fare_product_id
l,long,p210
s,short,p150
"""
PLAIN = """
[fare_products]
fare_product_id,fare_media_id,amount,currency
p210,paper,210,JPY
p210,card,203,JPY
p150,,150,JPY
"""
BY_CATEGORY = """
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category
o,おとな,1
k,小児,0
[fare_products]
fare_product_id,rider_category_id,fare_media_id,amount,currency
p210,o,paper,210,JPY
p210,o,card,203,JPY
p210,k,paper,100,JPY
p210,k,card,98,JPY
p150,,,150,JPY
"""


def priced(tmp_path: Path, tables: str) -> tuple[FarePricer, Journey]:
    feed = read_feed(feed_of(NETWORK + tables, tmp_path))
    assert not feed.problems
    schedule = to_schedule(feed)
    ends = Point(35.0, 140.0, "Asa", ("A",)), Point(35.2, 140.0, "Chiba", ("C",))
    at = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    (journey,) = Planner(build_network(schedule, None)).plan(Query(*ends, at))
    return FarePricer(schedule, {"": read_fares(feed)}), journey


@pytest.mark.parametrize(
    ("riders", "cash", "card"),
    [
        (Riders(), 210 + 150, 203 + 150),
        # 105 and 75 are rounded up to 110 and 80; 101.5 by card to 110.
        (Riders(0, 1), 110 + 80, 110 + 80),
        (Riders(2, 1), 2 * 360 + 190, 2 * 353 + 190),
        (Riders(1, 3), 360 + 3 * 190, 353 + 3 * 190),
    ],
)
def test_without_a_category_children_pay_half_in_tens(tmp_path: Path, riders: Riders, cash: int, card: int):
    pricer, journey = priced(tmp_path, PLAIN)
    party = pricer.party(journey, riders)
    assert (party.cash.total_minor, party.card.total_minor) == (cash, card)
    assert party.children is (FareBasis.HALF if riders.children else None)


@pytest.mark.parametrize(
    ("riders", "cash", "card"),
    [
        (Riders(2, 0), 720, 706),
        # What is sold to everybody costs a child as much: the table says so.
        (Riders(0, 1), 100 + 150, 98 + 150),
        (Riders(2, 1), 2 * 360 + 250, 2 * 353 + 248),
    ],
)
def test_where_the_tables_have_a_childrens_category_it_is_theirs(
    tmp_path: Path, riders: Riders, cash: int, card: int
):
    pricer, journey = priced(tmp_path, BY_CATEGORY)
    party = pricer.party(journey, riders)
    assert (party.cash.total_minor, party.card.total_minor) == (cash, card)
    assert party.children is (FareBasis.TABLES if riders.children else None)
    legs = [fare.amount_minor for fare in party.cash.legs if fare is not None]
    assert sum(legs) == cash


def test_a_fare_that_is_not_known_is_not_known_for_a_party(tmp_path: Path):
    pricer, journey = priced(tmp_path, PLAIN.replace("p150,,150,JPY\n", ""))
    party = pricer.party(journey, Riders(2, 1))
    assert party.cash.total_minor is None
    assert party.card.total_minor is None


def test_half_of_cents_is_rounded_to_cents():
    assert [half_minor(amount, "USD") for amount in (275, 100)] == [138, 50]
    assert [half_minor(amount, "JPY") for amount in (150, 180, 0)] == [80, 90, 0]
