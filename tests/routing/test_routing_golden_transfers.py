"""Each rule of `transfers.txt` and of blocks: a small feed in, the whole journey out."""

from __future__ import annotations

import pytest
from fakes.asked import ask, told

IN_SEAT = """
[calendar]
service_id,days
daily,0010000
[trips]
trip_id,route_id,trip_headsign,block_id
a,Chuo,Bora,{block}
b,Keiyo,Chiba,{block}
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a,A,8:00,8:00
a,B,8:10,8:10
b,B,8:12,8:12
b,C,8:20,8:20
[transfers]
from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id
B,B,2,600,,
{transfers}
"""
SEATED = """
        2026-11-25 8:00 to 8:20, 0 changes
          bus Chuo to Bora (a of 2026-11-25): Asa [1] 8:00, Bora [2] 8:10/8:12
          stay on: bus Keiyo to Chiba (b of 2026-11-25): Bora [2] 8:10/8:12, Chiba 8:20
"""


def test_a_through_train_keeps_riders_seated():
    assert ask(IN_SEAT.format(block="", transfers=",,4,,a,b"), "A", "C", "7:00") == told(SEATED)


def test_a_block_keeps_riders_seated():
    assert ask(IN_SEAT.format(block="7", transfers=""), "A", "C", "7:00") == told(SEATED)


def test_a_block_does_not_where_transfers_forbid_it():
    assert ask(IN_SEAT.format(block="7", transfers=",,5,,a,b"), "A", "C", "7:00") == ""


def test_a_block_keeps_riders_seated_only_on_days_without_another_trip_between():
    """On Wednesdays the vehicle runs empty from B to D and carries others there before it does trip b."""
    feed = """
[calendar]
service_id,days
daily,0011000
wednesdays,{between}
[trips]
trip_id,route_id,trip_headsign,block_id,service_id
a,Chuo,Bora,7,daily
x,Other,Doi,7,wednesdays
b,Keiyo,Chiba,7,daily
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a,A,8:00,8:00
a,B,8:10,8:10
x,D,8:10:30,8:10:30
x,B,8:11,8:11
b,B,8:12,8:12
b,C,8:20,8:20
[transfers]
from_stop_id,to_stop_id,transfer_type,min_transfer_time
B,B,2,600
"""
    found = ask(feed.format(between="0010000"), "A", "C", "7:00")
    assert found.startswith("2026-11-25 32:00 to 32:20"), "on Thursday, when the vehicle waits at B"
    assert found.count("stay on") == 1
    assert ask(feed.format(between="0001000"), "A", "C", "7:00") == told(SEATED), "x runs on Thursdays alone"


def test_a_change_at_one_stop_takes_its_least_time():
    assert ask(IN_SEAT.format(block="", transfers=""), "A", "C", "7:00") == ""
    shorter = IN_SEAT.format(block="", transfers="").replace("600", "120")
    assert ask(shorter, "A", "C", "7:00").startswith("2026-11-25 8:00 to 8:20, 1 changes")


CHANGE = """
[trips]
trip_id,route_id
a,R
b,Q
c,Q
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a,A,8:00,8:00
a,S1,8:10,8:10
b,S2,8:13,8:13
b,D,8:20,8:20
c,S2,8:33,8:33
c,D,8:40,8:40
[transfers]
from_stop_id,to_stop_id,transfer_type,min_transfer_time
{transfers}
"""


@pytest.mark.parametrize(
    ("transfers", "expected"),
    [
        ("S,S,2,180", "8:00 to 8:20"),  # the station's rule holds for its platforms
        ("S,S,2,181", "8:00 to 8:40"),
        ("S,S,2,900\nS1,S2,2,60", "8:00 to 8:20"),  # one for a platform goes before it
        ("S1,S2,2,60\nS,S,2,900", "8:00 to 8:20"),  # in whatever order
        ("S1,S,2,240\nS,S,2,0", "8:00 to 8:40"),
        ("S1,S2,1,900", "8:00 to 8:20"),  # a timed transfer: the vehicle waits
        ("S1,S2,0,", "8:00 to 8:20"),  # recommended: the walk, which is none here
        ("S1,S2,0,240", "8:00 to 8:40"),
        ("S2,S1,2,0", None),  # a rule has a direction
        ("S1,S2,3,", None),
        ("S,S,3,\nS1,S2,2,60", "8:00 to 8:20"),
    ],
)
def test_transfer_types_between_platforms(transfers, expected):
    answer = ask(CHANGE.format(transfers=transfers), "A", "D", "7:00")
    if expected is None:
        assert answer == ""
    else:
        assert answer.startswith(f"2026-11-25 {expected}, 1 changes")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("S1,S2,2,600,,,R,Q", "8:00 to 8:40"),  # from route R to route Q
        ("S1,S2,2,600,,b,R,", "8:00 to 8:40"),  # from route R to trip b
        ("S1,S2,2,600,,,Q,", "8:00 to 8:20"),  # from route Q: not this change
        ("S,S,3,,,b,,", "8:00 to 8:40"),  # never to trip b, at the whole station
        ("S1,S2,2,600,,,R,Q\nS1,S2,2,60,a,,,Q", "8:00 to 8:20"),  # a trip goes before a route
    ],
)
def test_a_rule_for_single_trips_or_routes_goes_first_and_holds_for_these_alone(row, expected):
    feed = CHANGE.replace("transfer_type,min_transfer_time", SINGLE_COLUMNS).format(
        transfers=f"S,S,2,120,,,,\n{row}"
    )
    answer = ask(feed, "A", "D", "7:00").splitlines()
    assert answer[0] == f"2026-11-25 {expected}, 1 changes"
    assert answer[-1] == f"  bus Q {CALLS[expected]}"


SINGLE_COLUMNS = "transfer_type,min_transfer_time,from_trip_id,to_trip_id,from_route_id,to_route_id"
CALLS = {
    "8:00 to 8:20": "(b of 2026-11-25): Station two [2] 8:13, Doi 8:20",
    "8:00 to 8:40": "(c of 2026-11-25): Station two [2] 8:33, Doi 8:40",
}


def test_a_journey_may_begin_and_end_at_any_platform_of_a_station():
    assert ask(CHANGE.format(transfers="S1,S2,3,"), "S", "D", "8:11") == told("""
        2026-11-25 8:13 to 8:20, 0 changes
          bus Q (b of 2026-11-25): Station two [2] 8:13, Doi 8:20
    """)
