"""Rider categories, media, day passes and time frames of GTFS-Fares V2, against hand-worked tables."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import feed_of

from gtfs.model.fares import FareTables
from gtfs.schedule.fares import read_fares
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.fares import FareBasis, FarePricer, PaidLeg, Payment, Riders
from routing.fares.ruled import RuledFares
from routing.journey import Journey
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query

DAY = date(2026, 11, 25)
# Single 210 on paper, 200 by card; for seniors 100, for students 150, for children 100 on either. A day pass
# costs anybody 500, seniors 250.
TICKETS = """
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category,eligibility_url
o,おとな,1,
k,小児,0,
s,シニア（65歳以上）,0,https://bus.example/senior
g,学生,0,
[fare_media]
fare_media_id,fare_media_name,fare_media_type
paper,,1
ic,まちカード,2
app,まちアプリ,4
[fare_products]
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
one,普通券,o,paper,210,JPY
one,普通券,o,ic,200,JPY
one,普通券,k,,100,JPY
one,普通券,s,,100,JPY
one,普通券,g,,150,JPY
day,一日券,o,paper,500,JPY
day,一日券,o,app,480,JPY
day,一日券,s,,250,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
day,day
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
day,day,-1,86400,1,0
"""


def tables(folder: Path, text: str = TICKETS) -> FareTables:
    return read_fares(read_feed(feed_of(text, folder), require=()))


def rides(count: int, every_s: int = 1800) -> list[PaidLeg]:
    """So many rides one after the other from eight o'clock on."""
    made = []
    for k in range(count):
        at = 8 * 3600 + k * every_s
        end = at + 600
        made.append(PaidLeg(k, "R", "a", ("A", "B"), ("", ""), (DAY, at), (DAY, end), at, end, False))
    return made


def always(_service: str, _day: date) -> bool:
    return True


def test_categories_are_known_by_what_they_are_called(tmp_path: Path) -> None:
    found = tables(tmp_path)
    assert [(c.id, c.kind, c.default) for c in found.categories] == [
        ("o", "adult", True), ("k", "child", False), ("s", "senior", False), ("g", "student", False)
    ]  # fmt: skip
    assert [found.category(said) for said in ("senior", "S", "student", "child", "youth", "adult")] == [
        "s", "s", "g", "k", "", ""
    ]  # fmt: skip
    assert found.categories[2].url == "https://bus.example/senior"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Senior Citizen", "senior"), ("Student (K-12)", "student"), ("小学生", "child"),
        ("中学生・高校生", "student"), ("Youth 13-18", "youth"), ("大人", "adult"), ("Adult 18-64", "adult"),
        ("어린이", "child"), ("Disabled", ""),
    ],
)  # fmt: skip
def test_words_of_several_languages_name_riders(tmp_path: Path, name: str, kind: str) -> None:
    text = f"[rider_categories]\nrider_category_id,rider_category_name\n1,{name}"
    (category,) = tables(tmp_path, text).categories
    assert category.kind == kind


def test_where_no_category_is_marked_adults_are_the_default_and_not_who_pays_least(tmp_path: Path) -> None:
    text = """
    [rider_categories]
    rider_category_id,rider_category_name
    s,Senior
    a,Adult
    [fare_products]
    fare_product_id,rider_category_id,amount,currency
    one,s,100,JPY
    one,a,200,JPY
    [fare_leg_rules]
    fare_product_id
    one
    """
    ruled = RuledFares(tables(tmp_path, text), always)
    for category, price in (("", 200), ("s", 100), ("a", 200)):
        (fare,) = ruled.price(rides(1), Payment.CASH, category)
        assert fare is not None
        assert fare.amount_minor == price


@pytest.mark.parametrize(
    ("category", "payment", "count", "amounts", "product"),
    [
        ("", Payment.CASH, 1, [210], "普通券"),
        ("", Payment.CASH, 2, [210, 210], "普通券"),
        ("", Payment.CASH, 3, [500, 0, 0], "一日券"),  # three singles would be 630
        ("", Payment.CARD, 2, [200, 200], "普通券"),
        ("", Payment.CARD, 3, [480, 0, 0], "一日券"),  # in the app; three singles would be 600
        ("s", Payment.CASH, 2, [100, 100], "普通券"),
        ("s", Payment.CASH, 3, [250, 0, 0], "一日券"),  # three singles would be 300
        ("g", Payment.CASH, 3, [150, 150, 150], "普通券"),  # a pass is sold to students as to all, for 500
        ("g", Payment.CASH, 4, [500, 0, 0, 0], "一日券"),
        ("k", Payment.CASH, 5, [100] * 5, "普通券"),  # as much as the pass: the first that is told stays
    ],
)
def test_nobody_pays_more_than_the_day_pass(
    tmp_path: Path, category: str, payment: Payment, count: int, amounts: list[int], product: str
) -> None:
    fares = RuledFares(tables(tmp_path), always).price(rides(count), payment, category)
    assert [fare and fare.amount_minor for fare in fares] == amounts
    assert {fare and fare.product for fare in fares} == {product}


def test_a_day_pass_says_until_when_and_a_single_does_not(tmp_path: Path) -> None:
    ruled = RuledFares(tables(tmp_path), always)
    first, *others = ruled.price(rides(3), Payment.CASH, "")
    assert first is not None
    assert first.until_s == 8 * 3600 + 86_400
    assert [fare and fare.until_s for fare in (*others, *ruled.price(rides(1), Payment.CASH, ""))] == [
        None
    ] * 3


def test_a_day_pass_runs_out(tmp_path: Path) -> None:
    ruled = RuledFares(tables(tmp_path), always)
    fares = ruled.price(rides(4, every_s=12 * 3600), Payment.CASH, "")
    # The third ride begins just a day after the first, the fourth half a day later.
    assert [fare and fare.amount_minor for fare in fares] == [500, 0, 0, 210]


def test_each_medium_has_its_price_and_is_left_out_where_nothing_is_sold_on_it(tmp_path: Path) -> None:
    found = tables(tmp_path)
    ruled = RuledFares(found, always)
    for count, prices in (
        (1, {"paper": [210], "ic": [200], "app": [480]}),
        (3, {"paper": [500, 0, 0], "ic": [200, 200, 200], "app": [480, 0, 0]}),
    ):
        told = {m.id: ruled.price_on(rides(count), m) for m in found.named_media}
        assert {m: [fare and fare.amount_minor for fare in fares] for m, fares in told.items()} == prices
    without = tables(tmp_path, TICKETS.replace("day,一日券,o,app,480,JPY\n", ""))
    assert RuledFares(without, always).price_on(rides(1), found.named_media[2]) == [None]


def test_peak_and_off_peak_each_category_its_own(tmp_path: Path) -> None:
    text = """
    [rider_categories]
    rider_category_id,rider_category_name,is_default_fare_category
    a,Adult,1
    s,Senior,0
    [timeframes]
    timeframe_group_id,start_time,end_time,service_id
    peak,07:00:00,09:00:00,weekday
    calm,00:00:00,07:00:00,weekday
    calm,09:00:00,24:00:00,weekday
    calm,,,weekend
    [fare_products]
    fare_product_id,rider_category_id,amount,currency
    peak,,300,JPY
    calm,a,200,JPY
    calm,s,90,JPY
    [fare_leg_rules]
    fare_product_id,from_timeframe_group_id
    peak,peak
    calm,calm
    """
    found = tables(tmp_path, text)
    weekday = RuledFares(found, lambda service, _: service == "weekday")
    weekend = RuledFares(found, lambda service, _: service == "weekend")
    legs = rides(3)  # 08:00, 08:30, 09:00
    for ruled, category, amounts in (
        (weekday, "", [300, 300, 200]), (weekday, "s", [300, 300, 90]),
        (weekend, "", [200] * 3), (weekend, "s", [90] * 3),
    ):  # fmt: skip
        assert [fare and fare.amount_minor for fare in ruled.price(legs, Payment.CASH, category)] == amounts


NETWORK = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Bus,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.0,140.0
B,Bora,35.1,140.0
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
"""


def planned(folder: Path, text: str) -> tuple[FarePricer, Journey]:
    feed = read_feed(feed_of(NETWORK + text, folder))
    schedule = to_schedule(feed)
    ends = Point(35.0, 140.0, "Asa", ("A",)), Point(35.1, 140.0, "Bora", ("B",))
    at = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    (journey,) = Planner(build_network(schedule, None)).plan(Query(*ends, at))
    return FarePricer(schedule, {"": read_fares(feed)}), journey


def test_a_party_pays_by_its_categories_and_is_told_each_groups_part(tmp_path: Path) -> None:
    pricer, journey = planned(tmp_path, TICKETS)
    party = pricer.party(journey, Riders(1, 2, (("senior", 2), ("g", 1), ("youth", 1))))
    told = [(g.category, g.count, g.basis, g.cash_minor, g.card_minor) for g in party.groups]
    assert told == [
        ("adult", 1, FareBasis.TABLES, 210, 200),
        ("senior", 2, FareBasis.TABLES, 200, 200),
        ("g", 1, FareBasis.TABLES, 150, 150),
        ("youth", 1, FareBasis.ADULT, 210, 200),  # the feed knows no youths
        ("child", 2, FareBasis.TABLES, 200, 200),
    ]
    assert (party.cash.total_minor, party.card.total_minor) == (970, 950)
    assert [c.id for c in pricer.categories()] == ["o", "k", "s", "g"]


def test_without_categories_seniors_pay_as_adults_and_children_half(tmp_path: Path) -> None:
    pricer, journey = planned(
        tmp_path,
        """
        [fare_products]
        fare_product_id,amount,currency
        one,210,JPY
        [fare_leg_rules]
        fare_product_id
        one
        """,
    )
    party = pricer.party(journey, Riders(0, 1, (("senior", 1),)))
    assert [(g.category, g.basis, g.cash_minor) for g in party.groups] == [
        ("senior", FareBasis.ADULT, 210), ("child", FareBasis.HALF, 110)
    ]  # fmt: skip
    assert party.cash.total_minor == 320
