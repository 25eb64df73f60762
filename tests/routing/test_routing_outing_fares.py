"""What the journeys of an outing cost together, against hand-worked tables: a ticket bought once, or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from fakes.day_pass import DAY_PASS
from fakes.feed_text import feed_of

from gtfs.schedule.fares import read_fares
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.fares import FarePricer, LegFare, Riders
from routing.journey import Call, Journey, Leg, LegEnd, Terms
from routing.line import Line

DAY, NEXT = date(2026, 11, 25), date(2026, 11, 26)
NETWORK = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Bus,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon,zone_id
A,Asa,35.0,140.0,1
B,Bora,35.1,140.0,1
C,Chiba,35.2,140.0,1
[routes]
route_id,agency_id,route_short_name,route_type
R,a,R,3
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,20261101,20261231
[trips]
route_id,service_id,trip_id
R,w,t
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
t,08:00:00,08:00:00,A,1
t,08:10:00,08:10:00,B,2
t,08:20:00,08:20:00,C,3
"""
CHANGES = """
[fare_products]
fare_product_id,amount,currency
one,200,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
one,one,1,{limit},{kind},0
"""
JOINED = """
[networks]
network_id
n
[route_networks]
network_id,route_id
n,R
[fare_products]
fare_product_id,amount,currency
one,200,JPY
[fare_leg_rules]
network_id,fare_product_id
n,one
[fare_leg_join_rules]
from_network_id,to_network_id
n,n
"""
ZONED = """
[fare_attributes]
fare_id,price,currency_type,payment_method,transfers,transfer_duration
f,200,JPY,0,,{seconds}
"""


def pricer_of(folder: Path, tables: str) -> FarePricer:
    feed = read_feed(feed_of(NETWORK + tables, folder))
    assert not feed.problems
    return FarePricer(to_schedule(feed), {"": read_fares(feed)})


def ride(at: float, ends: str = "AB", minutes: int = 10) -> Leg:
    begin = int(at * 3600)
    calls = tuple(Call(LegEnd(stop, 35.0, 140.0, stop), begin, begin) for stop in ends)
    return Leg(
        "bus", calls[0].stop, calls[-1].stop, begin, begin + minutes * 60, 5000.0, Line.of(), route_id="R",
        calls=calls,
    )  # fmt: skip


def shuttle(at: float, price: int | None) -> Leg:
    begin, end = int(at * 3600), LegEnd("", 35.0, 140.0)
    terms = Terms("shuttle", price, "JPY")
    return Leg("shuttle", end, end, begin, begin + 600, 900.0, Line.of(), terms=terms)


def walk(at: float) -> Leg:
    begin, end = int(at * 3600), LegEnd("", 35.0, 140.0)
    return Leg("walk", end, end, begin, begin + 300, 400.0, Line.of())


def journey(*legs: Leg, day: date = DAY) -> Journey:
    return Journey(day, legs[0].departure_s, legs[-1].arrival_s, len(legs) - 1, 0.0, legs)


def amounts(fares: Sequence[LegFare | None]) -> list[int | None]:
    return [None if fare is None else fare.amount_minor for fare in fares]


@pytest.mark.parametrize(
    ("riders", "count", "cash", "card"),
    [
        (Riders(), 2, 420, 400),  # a pass would be 500
        (Riders(), 3, 500, 500),  # singles 630, 600
        (Riders(), 5, 500, 500),
        (Riders(0, 1), 5, 500, 500),  # a child's singles cost as much as the pass
        (Riders(0, 0, (("senior", 1),)), 2, 240, 240),
        (Riders(0, 0, (("senior", 1),)), 3, 250, 250),
        (Riders(2, 1, (("senior", 1),)), 3, 2 * 500 + 300 + 250, 2 * 500 + 300 + 250),
    ],
)
def test_a_day_pass_is_bought_once_for_an_outing_where_singles_cost_more(
    tmp_path: Path, riders: Riders, count: int, cash: int, card: int
) -> None:
    pricer = pricer_of(tmp_path, DAY_PASS)
    ways = [journey(walk(8 + 2 * k), ride(8.1 + 2 * k)) for k in range(count)]
    whole = pricer.outing(ways, riders)
    assert (whole.cash.total_minor, whole.card.total_minor) == (cash, card)
    alone = [pricer.party(way, riders) for way in ways]
    assert cash <= sum(one.cash.total_minor or 0 for one in alone)


def test_the_pass_stands_at_the_first_ride_and_names_those_that_it_covers(tmp_path: Path) -> None:
    pricer = pricer_of(tmp_path, DAY_PASS)
    ways = [journey(ride(9), walk(9.2)), journey(walk(12), ride(12.2)), journey(ride(15))]
    (adult, child) = pricer.outing(ways, Riders(1, 1)).groups
    assert amounts(adult.cash) == [500, None, None, 0, 0]
    first, *_, there, home = adult.cash
    assert first is not None
    assert there is not None
    assert home is not None
    assert (first.product, first.until_s, first.ticket) == ("Day pass", 9 * 3600 + 86_400, None)
    assert (there.ticket, home.ticket) == (0, 0)
    assert amounts(child.cash) == [100, None, None, 100, 100]
    assert [fare.ticket for fare in child.cash if fare] == [None] * 3


def test_a_pass_of_24_hours_does_not_reach_the_third_day(tmp_path: Path) -> None:
    pricer = pricer_of(tmp_path, DAY_PASS)
    ways = [
        journey(ride(20)),
        journey(ride(22)),
        journey(ride(19.9), day=NEXT),
        journey(ride(20.1), day=NEXT),
    ]
    whole = pricer.outing(ways, Riders())
    assert amounts(whole.cash.legs) == [500, 0, 0, 210]


@pytest.mark.parametrize(
    ("limit", "kind", "home", "total"),
    [
        ("5400", "1", 10.2, 200),  # boarded again 1 h 12 min after the first
        ("5400", "1", 10.6, 400),  # 1 h 36 min
        ("5400", "2", 10.6, 200),  # counted from where the first arrived: 1 h 26 min
        ("", "", 9.3, 400),  # no time is said: it is meant for changing, and an errand lies between
    ],
)
def test_a_change_within_a_time_holds_over_an_errand(
    tmp_path: Path, limit: str, kind: str, home: float, total: int
) -> None:
    pricer = pricer_of(tmp_path, CHANGES.format(limit=limit, kind=kind))
    whole = pricer.outing([journey(ride(9)), journey(ride(home))], Riders())
    assert whole.cash.total_minor == total
    changing = pricer.party(journey(ride(9), ride(9.3)), Riders())
    assert changing.cash.total_minor == 200, "within a journey it is a change by any of these rules"


def test_rides_are_joined_within_a_journey_and_not_over_an_errand_at_the_station(tmp_path: Path) -> None:
    pricer = pricer_of(tmp_path, JOINED)
    there, on = ride(9, "AB"), ride(9.5, "BC")
    assert pricer.party(journey(there, on), Riders()).cash.total_minor == 200
    assert pricer.outing([journey(there), journey(on)], Riders()).cash.total_minor == 400


@pytest.mark.parametrize(("seconds", "total"), [("", 400), ("7200", 200), ("1800", 400)])
def test_a_fare_class_holds_over_an_errand_only_for_the_time_it_says(
    tmp_path: Path, seconds: str, total: int
) -> None:
    pricer = pricer_of(tmp_path, ZONED.format(seconds=seconds))
    whole = pricer.outing([journey(ride(9)), journey(ride(10))], Riders())
    assert whole.cash.total_minor == total
    (_, home) = whole.groups[0].cash
    assert home is not None
    assert home.ticket == (0 if total == 200 else None)


def test_own_services_are_added_once_for_the_party_and_an_unknown_price_makes_the_sum_unknown(
    tmp_path: Path,
) -> None:
    pricer = pricer_of(tmp_path, DAY_PASS)
    ways = [journey(shuttle(8, 600), ride(9)), journey(ride(12)), journey(ride(15), shuttle(15.5, 300))]
    whole = pricer.outing(ways, Riders(2, 0))
    assert whole.cash.total_minor == 600 + 2 * 500 + 300
    assert whole.groups[0].cash_minor == 1000, "of timetabled rides alone"
    unknown = pricer.outing([*ways, journey(shuttle(17, None))], Riders(2, 0))
    assert unknown.cash.total_minor is None
