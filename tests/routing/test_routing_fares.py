"""Fares against hand-worked tables, one rule each; feeds are inline text through the real reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import feed_of

from gtfs.schedule.fares import read_fares
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.fares import FarePricer, PaidLeg, Payment
from routing.fares.ruled import RuledFares
from routing.fares.zoned import ZonedFares
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query

DAY = date(2026, 11, 25)


@pytest.fixture
def fares(tmp_path: Path):
    """`read_fares` of inline text."""
    return lambda text: read_fares(read_feed(feed_of(text, tmp_path), require=()))


def leg(
    route: str, stops: str, at: int = 8 * 3600, minutes: int = 10, *, seated: bool = False, agency: str = "a"
) -> PaidLeg:
    """A ride over stops named by one letter each; stations by the small one."""
    names = tuple(stops)
    end = at + minutes * 60
    stations = (names[0].lower(), names[-1].lower())
    return PaidLeg(0, route, agency, names, stations, (DAY, at), (DAY, end), at, end, seated)


def yen(priced: Sequence[object]) -> list[int | None]:
    return [None if fare is None else fare.amount_minor for fare in priced]  # type: ignore[attr-defined]


def always(_service: str, _day: date) -> bool:
    return True


TRIANGLE = """
[stops]
stop_id,zone_id
A,A
B,B
C,C
[fare_attributes]
fare_id,price,ic_price,currency_type,payment_method,transfers,agency_id
f150,150,147,JPY,0,0,a
f200,200,199,JPY,0,0,a
[fare_rules]
fare_id,route_id,origin_id,destination_id
f150,R,A,B
f150,R,B,C
f200,R,A,C
"""


class TestZoned:
    @pytest.mark.parametrize(
        ("stops", "cash", "card"), [("AB", 150, 147), ("BC", 150, 147), ("ABC", 200, 199)]
    )
    def test_a_triangle_table_gives_each_pair_its_price(self, fares, stops, cash, card):
        zoned = ZonedFares(fares(TRIANGLE))
        assert yen(zoned.price([leg("R", stops)], Payment.CASH)) == [cash]
        assert yen(zoned.price([leg("R", stops)], Payment.CARD)) == [card]

    def test_a_pair_or_line_that_no_rule_names_is_not_known(self, fares):
        zoned = ZonedFares(fares(TRIANGLE))
        assert yen(zoned.price([leg("R", "CA"), leg("Q", "AB"), leg("R", "AB")], Payment.CASH)) == [
            None,
            None,
            150,
        ]

    def test_one_ticket_covers_as_many_changes_as_it_allows_and_staying_seated_is_none(self, fares):
        zoned = ZonedFares(
            fares("""
            [fare_attributes]
            fare_id,price,currency_type,payment_method,transfers
            city,2.50,EUR,0,1
        """)
        )
        two = [leg("R", "AB"), leg("Q", "BC", 9 * 3600)]
        assert yen(zoned.price(two, Payment.CASH)) == [250, 0]
        assert yen(zoned.price([*two, leg("R", "CA", 10 * 3600)], Payment.CASH)) == [250, 0, 250]
        through = [*two, leg("R", "CA", 10 * 3600, seated=True)]
        assert yen(zoned.price(through, Payment.CASH)) == [250, 0, 0]

    def test_a_ticket_that_has_run_out_is_bought_again(self, fares):
        zoned = ZonedFares(
            fares("""
            [fare_attributes]
            fare_id,price,currency_type,payment_method,transfers,transfer_duration
            hour,300,JPY,0,,3600
        """)
        )
        within, late = leg("Q", "BC", 9 * 3600), leg("Q", "BC", 9 * 3600 + 1)
        assert yen(zoned.price([leg("R", "AB"), within], Payment.CASH)) == [300, 0]
        assert yen(zoned.price([leg("R", "AB"), late], Payment.CASH)) == [300, 300]

    def test_the_cheapest_combination_wins_also_when_a_dearer_ticket_covers_more(self, fares):
        zoned = ZonedFares(
            fares("""
            [fare_attributes]
            fare_id,price,currency_type,payment_method,transfers
            single,200,JPY,0,0
            change,350,JPY,0,2
        """)
        )
        legs = [leg("R", "AB", (8 + k) * 3600) for k in range(3)]
        assert yen(zoned.price(legs[:1], Payment.CASH)) == [200]
        assert yen(zoned.price(legs[:2], Payment.CASH)) == [350, 0]
        assert yen(zoned.price(legs, Payment.CASH)) == [350, 0, 0]

    def test_contains_means_just_those_zones(self, fares):
        zoned = ZonedFares(
            fares("""
            [stops]
            stop_id,zone_id
            A,1
            B,2
            C,3
            [fare_attributes]
            fare_id,price,currency_type,payment_method,transfers
            inner,100,JPY,0,0
            outer,180,JPY,0,0
            [fare_rules]
            fare_id,contains_id
            inner,1
            inner,2
            outer,1
            outer,2
            outer,3
        """)
        )
        assert yen(zoned.price([leg("R", "AB")], Payment.CASH)) == [100]
        assert yen(zoned.price([leg("R", "ABC")], Payment.CASH)) == [180]
        assert yen(zoned.price([leg("R", "BC")], Payment.CASH)) == [None]

    def test_a_fare_is_for_its_own_agency(self, fares):
        zoned = ZonedFares(
            fares("""
            [fare_attributes]
            fare_id,price,currency_type,payment_method,transfers,agency_id
            x,100,JPY,0,0,a
            y,90,JPY,0,0,b
        """)
        )
        assert yen(zoned.price([leg("R", "AB", agency="a")], Payment.CASH)) == [100]
        assert yen(zoned.price([leg("R", "AB", agency="b")], Payment.CASH)) == [90]


RULED = """
[stop_areas]
stop_id,area_id
A,core
b,core
C,ring
[routes]
route_id,network_id
R,bus
Q,bus
M,metro
[fare_media]
fare_media_id,fare_media_type
cash,0
card,2
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category
adult,Adult,1
child,Child,0
[fare_products]
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
core,Core,adult,cash,200,JPY
core,Core,adult,card,180,JPY
core,Core,child,cash,100,JPY
ring,Ring,adult,,300,JPY
metro,Metro,,,250,JPY
again,Change,,,50,JPY
back,Discount,,,-120,JPY
[fare_leg_rules]
leg_group_id,network_id,from_area_id,to_area_id,fare_product_id
core,bus,core,core,core
ring,bus,core,ring,ring
metro,metro,,,metro
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id
core,core,2,3600,1,0,again
core,metro,,,,1,back
metro,ring,,,,2,ring
"""


class TestRuled:
    @pytest.fixture
    def ruled(self, fares):
        return RuledFares(fares(RULED), always)

    def test_areas_networks_media_and_riders_choose_the_product(self, ruled):
        core = [leg("R", "AB")]  # B lies in the area through its station b
        assert yen(ruled.price(core, Payment.CASH, "")) == [200]
        assert yen(ruled.price(core, Payment.CARD, "")) == [180]
        assert yen(ruled.price(core, Payment.CASH, "child")) == [100]
        assert yen(ruled.price([leg("R", "AC")], Payment.CARD, "")) == [300]
        assert yen(ruled.price([leg("M", "DE")], Payment.CASH, "")) == [250]

    def test_a_leg_without_a_rule_makes_the_whole_unknown(self, ruled):
        assert yen(ruled.price([leg("R", "CA"), leg("M", "AB")], Payment.CASH, "")) == [None, None]

    def test_transfers_of_kind_0_replace_the_next_fare_for_so_many_changes_and_so_long(self, ruled):
        def rides(*minutes: int) -> list[PaidLeg]:
            return [leg("R" if k % 2 else "Q", "AB", 8 * 3600 + m * 60) for k, m in enumerate(minutes)]

        assert yen(ruled.price(rides(0, 20), Payment.CASH, "")) == [200, 50]
        assert yen(ruled.price(rides(0, 20, 60), Payment.CASH, "")) == [200, 50, 50]
        assert yen(ruled.price(rides(0, 20, 61), Payment.CASH, "")) == [200, 50, 200]
        assert yen(ruled.price(rides(0, 15, 30, 45), Payment.CASH, "")) == [200, 50, 50, 200]

    def test_kind_1_adds_and_may_be_a_discount(self, ruled):
        legs = [leg("R", "AB"), leg("M", "DE", 9 * 3600)]
        assert yen(ruled.price(legs, Payment.CASH, "")) == [200, 130]

    def test_kind_2_stands_for_both(self, ruled):
        legs = [leg("M", "DE"), leg("R", "AC", 9 * 3600)]
        assert yen(ruled.price(legs, Payment.CASH, "")) == [300, 0]

    def test_blank_fields_mean_what_no_other_rule_names(self, fares):
        ruled = RuledFares(fares("""
            [routes]
            route_id,network_id
            R,bus
            F,ferry
            [fare_products]
            fare_product_id,amount,currency
            bus,200,JPY
            rest,90,JPY
            [fare_leg_rules]
            network_id,fare_product_id
            bus,bus
            ,rest
        """), always)  # fmt: skip
        assert yen(ruled.price([leg("R", "AB")], Payment.CASH, "")) == [200]
        assert yen(ruled.price([leg("F", "AB")], Payment.CASH, "")) == [90]

    def test_priorities_choose_and_make_blank_mean_anything(self, fares):
        text = """
            [routes]
            route_id,network_id
            R,bus
            [fare_products]
            fare_product_id,amount,currency
            bus,200,JPY
            any,90,JPY
            [fare_leg_rules]
            network_id,fare_product_id,rule_priority
            bus,bus,{}
            ,any,1
        """
        for priority, price in ((2, 200), (0, 90), (1, 90)):
            ruled = RuledFares(fares(text.format(priority)), always)
            assert yen(ruled.price([leg("R", "AB")], Payment.CASH, "")) == [price]

    def test_time_frames_are_half_open_and_of_their_days(self, fares):
        tables = fares("""
            [timeframes]
            timeframe_group_id,start_time,end_time,service_id
            peak,07:00:00,09:00:00,weekday
            [fare_products]
            fare_product_id,amount,currency
            peak,300,JPY
            calm,200,JPY
            [fare_leg_rules]
            fare_product_id,from_timeframe_group_id,rule_priority
            peak,peak,1
            calm,,0
        """)
        weekday = RuledFares(tables, lambda service, _: service == "weekday")
        holiday = RuledFares(tables, lambda *_: False)
        for at, price in ((7 * 3600 - 1, 200), (7 * 3600, 300), (9 * 3600 - 1, 300), (9 * 3600, 200)):
            assert yen(weekday.price([leg("R", "AB", at)], Payment.CASH, "")) == [price]
            assert yen(holiday.price([leg("R", "AB", at)], Payment.CASH, "")) == [200]

    def test_joined_legs_are_one_from_the_first_stop_to_the_last(self, fares):
        ruled = RuledFares(fares("""
            [stop_areas]
            stop_id,area_id
            A,in
            B,mid
            C,out
            [routes]
            route_id,network_id
            R,rail
            Q,rail
            [fare_products]
            fare_product_id,amount,currency
            short,150,JPY
            long,220,JPY
            [fare_leg_rules]
            from_area_id,to_area_id,fare_product_id
            in,mid,short
            mid,out,short
            in,out,long
            [fare_leg_join_rules]
            from_network_id,to_network_id
            rail,rail
        """), always)  # fmt: skip
        assert yen(ruled.price([leg("R", "AB"), leg("Q", "BC", 9 * 3600)], Payment.CASH, "")) == [220, 0]
        apart = [leg("R", "AB"), leg("Q", "AC", 9 * 3600)]  # gates are passed between B and A
        assert yen(ruled.price(apart, Payment.CASH, "")) == [150, 220]


WHOLE = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Bus,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon,zone_id
A,Asa,35.0,140.0,A
B,Bora,35.01,140.0,B
C,Chiba,35.02,140.0,C
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
[fare_attributes]
fare_id,price,currency_type,payment_method,transfers,agency_id
f150,150,JPY,0,0,a
f200,200.0,JPY,0,0,a
broken,many,JPY,0,0,a
[fare_rules]
fare_id,route_id,origin_id,destination_id
f150,R,A,B
f200,R,A,C
"""


def test_a_planned_journey_carries_its_fare_or_says_that_it_is_not_known(tmp_path: Path):
    feed = read_feed(feed_of(WHOLE, tmp_path))
    schedule, tables = to_schedule(feed), read_fares(feed)
    planner = Planner(build_network(schedule, None))
    query = Query(
        Point(35.0, 140.0, "Asa", ("A",)),
        Point(35.02, 140.0, "Chiba", ("C",)),
        datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo")),
    )
    (journey,) = planner.plan(query)
    fare = FarePricer(schedule, {"": tables}).price(journey)
    assert (fare.total_minor, fare.currency) == (200, "JPY")
    assert FarePricer(schedule, {}).price(journey).total_minor is None
    assert [(p.line, p.field, p.value) for p in feed.problems if p.file == "fare_attributes.txt"] == [
        (4, "price", "many")
    ]
