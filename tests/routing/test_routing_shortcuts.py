"""Walks between vehicles without a radius: those kept do for every journey, and the rider's limit holds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.asked import told
from fakes.feed_text import FIRST_DATE, schedule_of
from fakes.printed import printed
from fakes.random_feeds import Question, network_of, seeded
from fakes.routing_checks import DAY, check_arrivals, check_departures, check_journeys

from routing.adapters.snapshot import open_network, save_network
from routing.needs import Needs
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Profile, Query
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.timetable.shortcuts import needed_walks

EVER = 1_000_000
_NOWHERE = Point(0, 0, "")


def dense(seed: int) -> Question:
    """A random feed with walks between most pairs of stops, up to the longest that is walked by default."""
    schedule, _, access, egress, begin = seeded(seed)
    dice, stops = random.Random(seed), range(len(schedule.stops.ids) - 1)
    walks = {(a, b): dice.randint(0, 1800) for a in stops for b in stops if a != b and dice.random() < 0.8}
    return schedule, walks, access, egress, begin


def reduced(schedule, walks) -> Network:
    """The network with none but the walks that are needed, near ones too."""
    full = network_of(schedule, walks)
    kept = needed_walks(schedule, full.splits, full.timetable, full.walks, 0, [EVER], [DAY])
    origin = np.repeat(np.arange(len(kept.offsets) - 1), np.diff(kept.offsets)).tolist()
    pairs = list(zip(origin, kept.target.tolist(), strict=True))
    counted.append((len(walks), len(pairs)))
    return network_of(schedule, {pair: walks[pair] for pair in pairs})


def reduced_and_prepared(schedule, walks) -> Network:
    network = reduced(schedule, walks)
    network.prepare(DAY)
    return network


counted: list[tuple[int, int]] = []


@pytest.mark.parametrize("build", [reduced, reduced_and_prepared])
def test_the_needed_walks_do_for_every_journey_that_all_walks_allow(build):
    counted.clear()
    for seed in range(50_000, 50_120):
        question = dense(seed)
        try:
            check_arrivals(question, build)
            check_departures(question, build)
            check_journeys(question, arrive_by=bool(seed % 2), build=build)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
    assert len(counted) >= 360
    every, kept = np.sum(counted, axis=0)
    assert kept < every / 3


def test_without_the_needed_walks_journeys_would_be_missed():
    """Guards the test above against feeds in which nobody walks."""
    missed = 0
    for seed in range(50_000, 50_040):
        try:
            check_arrivals(dense(seed), lambda schedule, _: network_of(schedule, {}))
        except AssertionError:
            missed += 1
    assert missed > 5


# A -R-> B, a street of 1,995 m (1,500 s on foot) to C, C -Q-> D; another line, three times as late, does
# without the walk. A short cut over steps spares who can take them 500 s of 2,000.
FEED = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.00,140.10
B,Bora,35.05,140.10
C,Chiba,35.05,140.10
D,Doi,35.10,140.10
[trips]
trip_id,route_id
r,R
q,Q
q2,Q
late,L
[stop_times]
trip_id,stop_id,arrival_time,departure_time
r,A,8:00,8:00
r,B,8:10,8:10
q,C,8:36,8:36
q,D,8:45,8:45
q2,C,8:50,8:50
q2,D,8:59,8:59
late,A,9:00,9:00
late,D,10:00,10:00
"""
AT = datetime(FIRST_DATE.year, FIRST_DATE.month, FIRST_DATE.day, 7, 55, tzinfo=ZoneInfo("Asia/Tokyo"))
DEGREE_M = 111_195.0


def streets(steps: bool) -> tuple[object, str]:
    """B and C on a straight street of 1,995 m; with `steps` it is a stair, and the way round takes longer."""
    flat = tags.FOOT | tags.PAVED
    far = 140.10 + 1995 / (DEGREE_M * np.cos(np.radians(35.05)))
    ways = [Way((1, 2), (35.05, 35.05), (140.10, float(far)), flat | (tags.STEPS if steps else 0), 30.0, -1)]
    if steps:
        north = 35.05 + 300 / DEGREE_M
        ways.append(
            Way(
                (1, 3, 4, 2),
                (35.05, north, north, 35.05),
                (140.10, 140.10, float(far), float(far)),
                flat,
                30.0,
                -1,
            )
        )
    return assemble(ways), f"{far:.8f}"


def planner_of(steps: bool = False) -> Planner:
    graph, far = streets(steps)
    feed = FEED.replace("C,Chiba,35.05,140.10", f"C,Chiba,35.05,{far}")
    return Planner(build_network(schedule_of(feed), graph))


def ask(planner: Planner, **needs) -> str:
    stops = planner.network.schedule.stops
    a, d = (Point(float(stops.lat[k]), float(stops.lon[k]), stops.names[k], (stops.ids[k],)) for k in (0, 3))
    return printed(planner.plan(replace(Query(a, d, AT), **needs)))


LATE = """
2026-11-23 9:00 to 10:00, 0 changes
  bus L (late of 2026-11-23): Asa 9:00, Doi 10:00
"""
FAR = """
2026-11-23 8:00 to 8:45, 1 changes
  bus R (r of 2026-11-23): Asa 8:00, Bora 8:10
  walk Bora to Chiba 8:10-8:35:01 (1995 m)
  bus Q (q of 2026-11-23): Chiba 8:36, Doi 8:45
"""


@pytest.mark.parametrize("prepared", [False, True])
def test_a_walk_of_twenty_five_minutes_between_two_lines_is_told(prepared: bool, tmp_path: Path):
    planner = planner_of()
    assert ask(planner) == told(FAR + LATE.strip())
    save_network(planner.network, tmp_path / "network")
    opened = Planner(open_network(tmp_path / "network"))
    if prepared:
        assert opened.network.prepare(FIRST_DATE)
    assert ask(opened) == told(FAR + LATE.strip())
    assert ask(opened, at=AT.replace(hour=8, minute=50), arrive_by=True) == told(FAR)
    assert printed(_range(opened)) == told(FAR + LATE.strip())


def _range(planner: Planner):
    stops = planner.network.schedule.stops
    a, d = (Point(0, 0, stops.names[k], (stops.ids[k],)) for k in (0, 3))
    return planner.plan_range(Query(a, d, AT), 7200)


def test_the_longest_walk_of_the_rider_holds_between_vehicles_too():
    planner = planner_of()
    assert ask(planner, walk_s_max=1500) == told(LATE)
    assert ask(planner, walk_s_max=1501).startswith("2026-11-23 8:00")
    assert ask(planner, walk_s_max=7200).startswith("2026-11-23 8:00")


def test_who_walks_slowly_needs_longer_for_the_same_walk():
    slow = ask(planner_of(), walk_speed_m_s=0.9, walk_s_max=3600)
    assert "walk Bora to Chiba 8:10-8:46:59 (1995 m)" in slow
    assert "Chiba 8:50, Doi 8:59" in slow
    assert ask(planner_of(), walk_speed_m_s=0.9) == told(LATE), (
        "37 minutes are more than who says nothing walks"
    )


def test_a_wheelchair_takes_the_far_way_round_where_the_street_has_steps():
    planner = planner_of(steps=True)
    assert "walk" not in ask(planner, profile=Profile.WHEELCHAIR)
    rolled = ask(planner, profile=Profile.WHEELCHAIR, walk_s_max=3600)
    assert "walk Bora to Chiba 8:10-8:42:32 (2595 m)" in rolled
    assert "Chiba 8:50, Doi 8:59" in rolled
    assert "8:10-8:42:32" in ask(planner, profile=Profile.PRAM, walk_s_max=3600)


@pytest.mark.parametrize("limit_s", [700, 1300, 1450])
def test_who_may_walk_less_is_answered_on_the_prepared_day(limit_s: int):
    planner = planner_of()
    assert planner.network.prepare(FIRST_DATE)
    assert ask(planner, at=AT.replace(hour=8, minute=50), walk_s_max=limit_s) == told(LATE)
    found = ask(planner, walk_s_max=limit_s)
    assert "8:10-8:35:01" not in found, "25 minutes are more than they may walk"
    assert found == told(LATE)
    assert all(day.forward.prepared for day in planner.network._days.values())


def test_limits_on_walking_share_few_days():
    assert len({Needs.of(Query(_NOWHERE, _NOWHERE, AT, walk_s_max=s)) for s in range(60, 7200)}) <= 8
