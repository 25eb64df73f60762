"""Each rule of the timetable: a small feed in, the whole journey out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from fakes.asked import STOPS, ask, told
from fakes.feed_text import schedule_of

from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Profile, Query

SIMPLE = """
[trips]
trip_id,route_id,trip_headsign
t1,R,Chiba
t2,R,Chiba
[stop_times]
trip_id,stop_id,arrival_time,departure_time
t1,A,8:00,8:00
t1,B,8:10,8:12
t1,C,8:20,8:20
t2,A,8:30,8:30
t2,B,8:40,8:42
t2,C,8:50,8:50
"""


def test_depart_at_takes_the_next_run_and_lists_its_calls():
    assert ask(SIMPLE, "A", "C", "8:01") == told("""
        2026-11-25 8:30 to 8:50, 0 changes
          bus R to Chiba (t2 of 2026-11-25): Asa [1] 8:30, Bora [2] 8:40/8:42, Chiba 8:50
    """)


def test_arrive_by_takes_the_last_run_in_time():
    assert ask(SIMPLE, "A", "B", "8:39", arrive_by=True) == told("""
        2026-11-25 8:00 to 8:10, 0 changes
          bus R to Chiba (t1 of 2026-11-25): Asa [1] 8:00, Bora [2] 8:10/8:12
    """)


def test_a_change_leaves_as_late_as_it_may():
    feed = """
[trips]
trip_id,route_id
a1,R
a2,R
b1,Q
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a1,A,8:00,8:00
a1,B,8:10,8:10
a2,A,8:30,8:30
a2,B,8:40,8:40
b1,B,9:00,9:00
b1,C,9:10,9:10
"""
    assert ask(feed, "A", "C", "7:00") == told("""
        2026-11-25 8:30 to 9:10, 1 changes
          bus R (a2 of 2026-11-25): Asa [1] 8:30, Bora [2] 8:40
          bus Q (b1 of 2026-11-25): Bora [2] 9:00, Chiba 9:10
    """)


def test_yesterdays_run_is_still_under_way_after_midnight():
    feed = """
[trips]
trip_id,route_id
late,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
late,A,23:50,23:50
late,B,24:20,24:21
late,C,25:00,25:00
"""
    assert ask(feed, "B", "C", "0:10") == told("""
        2026-11-25 0:21 to 1:00, 0 changes
          bus R (late of 2026-11-24): Bora [2] 0:20/0:21, Chiba 1:00
    """)


def test_when_nothing_runs_any_more_tomorrow_is_the_answer():
    assert ask(SIMPLE, "A", "B", "22:00") == told("""
        2026-11-25 32:00 to 32:10, 0 changes
          bus R to Chiba (t1 of 2026-11-26): Asa [1] 32:00, Bora [2] 32:10/32:12
    """)


def test_no_boarding_and_no_alighting_are_kept():
    feed = """
[trips]
trip_id,route_id
express,X
local,L
[stop_times]
trip_id,stop_id,arrival_time,departure_time,pickup_type,drop_off_type
express,A,8:00,8:00,0,1
express,B,8:05,8:05,1,0
express,C,8:10,8:10,0,1
express,D,8:15,8:15,1,0
local,A,8:01,8:01,,
local,B,8:11,8:11,2,3
local,C,8:21,8:21,,
"""
    assert ask(feed, "B", "C", "8:00") == told("""
        2026-11-25 8:11 to 8:21, 0 changes
          bus L (local of 2026-11-25): Bora [2] 8:11, Chiba 8:21 [on: phone]
    """)


def test_a_service_runs_on_its_days_only():
    feed = """
[calendar]
service_id,days
weekday,1100011
holiday,0010000
[trips]
trip_id,route_id,service_id
w,R,weekday
h,R,holiday
[stop_times]
trip_id,stop_id,arrival_time,departure_time
w,A,8:00,8:00
w,B,8:10,8:10
h,A,9:00,9:00
h,B,9:30,9:30
"""
    assert ask(feed, "A", "B", "7:00") == told("""
        2026-11-25 9:00 to 9:30, 0 changes
          bus R (h of 2026-11-25): Asa [1] 9:00, Bora [2] 9:30
    """)


@pytest.mark.parametrize(
    ("shape", "middle"), [(("0", "30", "100"), "8:18"), (("", "", ""), "8:30"), (("0", "30", ""), "8:30")]
)
def test_blank_times_lie_by_shape_distance_else_by_distance(shape, middle):
    feed = f"""
[trips]
trip_id,route_id
t,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time,shape_dist_traveled
t,A,8:00,8:00,{shape[0]}
t,B,,,{shape[1]}
t,C,9:00,9:00,{shape[2]}
"""
    assert ask(feed, "A", "B", "7:00") == told(f"""
        2026-11-25 8:00 to {middle}, 0 changes
          bus R (t of 2026-11-25): Asa [1] 8:00, Bora [2] {middle}
    """)


@pytest.mark.parametrize("exact", ["0", "1"])
def test_a_frequency_runs_every_headway_from_its_start_and_not_at_its_end(exact):
    feed = f"""
[trips]
trip_id,route_id
t,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
t,A,0:00,0:00
t,B,0:10,0:10
[frequencies]
trip_id,start_time,end_time,headway_secs,exact_times
t,8:05,9:05,1200,{exact}
"""
    assert ask(feed, "A", "B", "8:30") == told("""
        2026-11-25 8:45 to 8:55, 0 changes
          bus R (t of 2026-11-25): Asa [1] 8:45, Bora [2] 8:55
    """)
    assert ask(feed, "A", "B", "8:46").startswith("2026-11-25 32:05 to 32:15")  # not at 9:05


def test_runs_that_overtake_one_another_are_told_apart():
    feed = """
[trips]
trip_id,route_id
slow,R
fast,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
slow,A,8:00,8:00
slow,B,8:30,8:30
slow,C,9:00,9:00
fast,A,8:10,8:10
fast,B,8:20,8:20
fast,C,8:40,8:40
"""
    assert ask(feed, "A", "C", "7:00") == told("""
        2026-11-25 8:10 to 8:40, 0 changes
          bus R (fast of 2026-11-25): Asa [1] 8:10, Bora [2] 8:20, Chiba 8:40
    """)


def test_fewer_changes_stand_beside_an_earlier_arrival():
    feed = """
[trips]
trip_id,route_id
direct,R
one,X
two,Y
[stop_times]
trip_id,stop_id,arrival_time,departure_time
direct,A,8:00,8:00
direct,C,9:00,9:00
one,A,8:00,8:00
one,B,8:10,8:10
two,B,8:15,8:15
two,C,8:30,8:30
"""
    assert ask(feed, "A", "C", "7:00") == told("""
        2026-11-25 8:00 to 8:30, 1 changes
          bus X (one of 2026-11-25): Asa [1] 8:00, Bora [2] 8:10
          bus Y (two of 2026-11-25): Bora [2] 8:15, Chiba 8:30
        2026-11-25 8:00 to 9:00, 0 changes
          bus R (direct of 2026-11-25): Asa [1] 8:00, Chiba 9:00
    """)
    assert ask(feed, "A", "C", "7:00", interchanges_max=0).count("changes") == 1


def test_names_and_headsigns_come_in_the_language_asked_for():
    feed = (
        SIMPLE
        + """
[translations]
table_name,field_name,language,translation,record_id
stops,stop_name,en,Asa Station,A
trips,trip_headsign,en,Chiba Central,t2
"""
    )
    assert ask(feed, "A", "B", "8:01", lang="en") == told("""
        2026-11-25 8:30 to 8:40, 0 changes
          bus R to Chiba Central (t2 of 2026-11-25): Asa Station [1] 8:30, Bora [2] 8:40/8:42
    """)


MODES = """
[routes]
route_id,route_type
bus,3
train,2
[trips]
trip_id,route_id,wheelchair_accessible
b,bus,1
r,train,2
[stop_times]
trip_id,stop_id,arrival_time,departure_time
b,A,8:00,8:00
b,C,9:00,9:00
r,A,8:00,8:00
r,C,8:20,8:20
"""


def test_only_the_modes_asked_for_are_ridden():
    assert ask(MODES, "A", "C", "7:00").startswith("2026-11-25 8:00 to 8:20")
    assert ask(MODES, "A", "C", "7:00", modes=frozenset({"bus"})).startswith("2026-11-25 8:00 to 9:00")
    assert ask(MODES, "A", "C", "7:00", modes=frozenset({"ferry"})) == ""


def test_a_wheelchair_is_not_sent_to_a_train_that_takes_none():
    answer = ask(MODES, "A", "C", "7:00", profile=Profile.WHEELCHAIR)
    assert answer.startswith("2026-11-25 8:00 to 9:00")


def test_the_clock_change_moves_yesterdays_runs():
    """New York, 2026-11-01: noon minus 12 h is 01:00 EDT, so 24:30 of the day before is 00:30 EDT still."""
    feed = """
[agency]
agency_id,agency_name,agency_timezone
X,X,America/New_York
[trips]
trip_id,route_id
late,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
late,A,24:30,24:30
late,B,27:00,27:00
"""
    schedule = schedule_of(STOPS + feed)
    zone = ZoneInfo("America/New_York")
    services = replace(schedule.services, first_date=datetime(2026, 10, 29, tzinfo=zone).date())
    planner = Planner(build_network(replace(schedule, services=services)))
    a, b = Point(35.0, 140.0, "Asa", ("A",)), Point(35.1, 140.0, "Bora", ("B",))
    (journey,) = planner.plan(Query(a, b, datetime(2026, 11, 1, 0, 10, tzinfo=zone)))
    start = planner.instant(journey.service_date, journey.departure_s)
    end = planner.instant(journey.service_date, journey.arrival_s)
    assert start == datetime(2026, 11, 1, 0, 30, tzinfo=zone)
    assert end.timestamp() - start.timestamp() == 2.5 * 3600
    assert journey.legs[0].trip_service_date.isoformat() == "2026-10-31"
