"""Ways within stations: entrances, stairs, lifts and gates of pathways.txt, by who goes there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import networkx as nx
import numpy as np
import pytest
from fakes.asked import told
from fakes.feed_text import FIRST_DATE, schedule_of
from fakes.printed import printed

from routing.adapters.snapshot import open_network, save_network
from routing.journey import Journey, Passage
from routing.network import build_network
from routing.planner import Planner
from routing.ports import Footpaths, Reach
from routing.query import Point, Profile, Query
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.timetable.passages import Passages

AT = datetime(FIRST_DATE.year, FIRST_DATE.month, FIRST_DATE.day, 7, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
DEGREE_M = 111_195.0
STREET_M = 400.0  # from the door to the entrance

# The hall is a node on the ground; platform 1 lies on it, platform 2 is up the stairs, or by lift.
FEED = f"""
[levels]
level_id,level_name
G,1F
U,2F
[stops]
stop_id,stop_name,stop_lat,stop_lon,platform_code,parent_station,location_type,level_id
A,Asa,35.2,140.0,,,,
S,Eki,35.0,140.0,,,1,
E,Mon,35.0,{140 + STREET_M / (DEGREE_M * np.cos(np.radians(35))):.8f},,S,2,G
H,Hall,35.0,140.0001,,S,3,G
P,Eki,35.0001,140.0001,1,S,,G
Q,Eki,35.0002,140.0001,2,S,,U
D,Doi,35.3,140.0,,,,
[pathways]
pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count,signposted_as
gate,E,H,6,1,,,,
hall,H,P,1,1,30,25,,Platform 1
stairs,H,Q,2,1,,,50,
lift,H,Q,5,1,,90,,Lift
[trips]
trip_id,route_id
r,R
q,Q
q2,Q
[stop_times]
trip_id,stop_id,arrival_time,departure_time
r,A,8:00,8:00
r,P,8:10,8:10
q,Q,8:11,8:11
q,D,8:20,8:20
q2,Q,8:30,8:30
q2,D,8:40,8:40
"""
EAST = STREET_M / (DEGREE_M * np.cos(np.radians(35)))
STREET = assemble(
    [Way((1, 2), (35.0, 35.0), (140 - 1e-7, 140 + EAST + 1e-7), tags.FOOT | tags.PAVED, 30.0, -1)]
)
DOOR = Point(35.0, 140.0, "Door")


def planner_of(feed: str = FEED) -> Planner:
    return Planner(build_network(schedule_of(feed), STREET))


def ask(planner: Planner, start: str | Point, end: str | Point, **needs) -> list[Journey]:
    stops = planner.network.schedule.stops

    def point(at: str | Point) -> Point:
        if isinstance(at, Point):
            return at
        k = planner.network.stop_index[at]
        return Point(float(stops.lat[k]), float(stops.lon[k]), stops.names[k], (at,))

    return planner.plan(replace(Query(point(start), point(end), AT), **needs))


def inside(journey: Journey) -> list[tuple[str, int, int, str]]:
    return [(p.kind, p.seconds, p.stairs, p.level) for leg in journey.legs for p in leg.passages]


def test_between_platforms_one_takes_the_stairs_and_is_told_so():
    (journey,) = ask(planner_of(), "A", "D")
    assert printed([journey]) == told("""
        2026-11-23 8:00 to 8:20, 1 changes
          bus R (r of 2026-11-23): Asa 8:00, Eki [1] 8:10
          walk Eki to Eki 8:10-8:10:55 (30 m)
          bus Q (q of 2026-11-23): Eki [2] 8:11, Doi 8:20
    """)
    assert inside(journey) == [("walkway", 25, 0, ""), ("stairs", 30, 50, "2F")]


def test_a_wheelchair_takes_the_lift_and_the_later_train(tmp_path: Path):
    planner = planner_of()
    save_network(planner.network, tmp_path / "network")
    for asked in (planner, Planner(open_network(tmp_path / "network"))):
        (journey,) = ask(asked, "A", "D", profile=Profile.WHEELCHAIR)
        assert "walk Eki to Eki 8:10-8:11:55 (30 m)" in printed([journey])
        assert journey.arrival_s == 31_200
        assert inside(journey)[1] == ("lift", 90, 0, "2F")


def test_who_tires_takes_a_lift_that_is_not_five_times_as_long():
    (journey,) = ask(planner_of(), "A", "D", profile=Profile.EASY)
    assert [kind for kind, *_ in inside(journey)] == ["walkway", "lift"]


@pytest.mark.parametrize(
    "rule", ["", "[transfers]\nfrom_stop_id,to_stop_id,transfer_type,min_transfer_time\nP,Q,2,60\n"]
)
def test_without_a_lift_wheelchairs_and_prams_do_not_change_there_whatever_a_rule_says(rule: str):
    feed = "\n".join(line for line in (FEED + rule).splitlines() if not line.startswith("lift"))
    planner = planner_of(feed)
    assert ask(planner, "A", "D")
    for profile in (Profile.WHEELCHAIR, Profile.PRAM):
        assert ask(planner, "A", "D", profile=profile) == []


def test_a_lift_too_narrow_or_a_ramp_too_steep_is_no_way_for_a_wheelchair():
    for column, value in (("min_width", "0.7"), ("max_slope", "0.1"), ("max_slope", "-0.1")):
        feed = FEED.replace("signposted_as", f"signposted_as,{column}").replace(",Lift\n", f",Lift,{value}\n")
        assert ask(planner_of(feed), "A", "D", profile=Profile.WHEELCHAIR) == []
        assert ask(planner_of(feed), "A", "D", profile=Profile.PRAM)


def test_from_the_door_one_goes_through_the_entrance_and_the_gate():
    (journey,) = ask(planner_of(), DOOR, "D")
    walk = journey.legs[0]
    assert [(p.kind, p.seconds) for p in walk.passages] == [("fare_gate", 5), ("stairs", 30)]
    assert walk.arrival_s - walk.departure_s == pytest.approx(STREET_M / 1.33 + 35, abs=3)
    assert walk.distance_m == pytest.approx(STREET_M, abs=3)
    (back,) = ask(planner_of(), "A", DOOR)
    assert [(p.kind, p.seconds) for p in back.legs[-1].passages] == [("walkway", 25), ("fare_gate", 5)]


def test_an_exit_gate_and_a_one_way_escalator_are_taken_in_their_direction_alone():
    feed = FEED.replace("gate,E,H,6,1", "gate,H,E,7,0").replace("stairs,H,Q,2,1,,,50,", "up,H,Q,4,0,,20,,")
    planner = planner_of(feed)
    assert ask(planner, DOOR, "D", walk_s_max=1200) == [], "nobody enters by the way out"
    assert [p.kind for p in ask(planner, "A", DOOR)[0].legs[-1].passages] == ["walkway", "exit_gate"]
    ways = planner.network.passages.inside(Profile.WALK).ways
    p, q = (planner.network.stop_index[s] for s in "PQ")
    assert [part.kind for part in ways[p, q].parts] == ["walkway", "escalator"]
    assert [part.kind for part in ways[q, p].parts] == ["lift", "walkway"], "down the lift alone"
    assert ways[q, p].parts[0] == Passage("lift", 90, None, 0, "1F", "")


def random_station(seed: int):
    """Two stations, some outside stops, pathways of any kind, and walks between all that lies on streets."""
    dice = random.Random(seed)
    rows = ["[stops]", "stop_id,stop_lat,stop_lon,parent_station,location_type"]
    names = [f"{kind}{k}" for k in "12" for kind in "EFHPQR"] + ["X", "Y"]
    kinds = {"E": 2, "F": 2, "H": 3}
    rows += [f"S{k},35,140,,1" for k in "12"]
    rows += [
        f"{n},{35 + dice.random() / 100},{140 + dice.random() / 100},"
        f"{'S' + n[1] if len(n) > 1 else ''},{kinds.get(n[0], 0)}"
        for n in names
    ]
    rows += ["[pathways]", "from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time"]
    for k in "12":
        for _ in range(dice.randint(0, 9)):
            a, b = dice.sample([n for n in names if n.endswith(k)], 2)
            rows.append(f"{a},{b},{dice.randint(1, 7)},{dice.randint(0, 1)},{dice.randint(1, 300)}")
    rows += [
        "[trips]",
        "trip_id",
        "t",
        "[stop_times]",
        "trip_id,stop_id,arrival_time",
        "t,X,8:00",
        "t,Y,9:00",
    ]
    schedule = schedule_of("\n".join(rows))
    return dice, schedule


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.WHEELCHAIR])
def test_footpaths_and_reach_through_stations_equal_the_brute_force(profile: Profile):
    seen = 0
    for seed in range(400):
        dice, schedule = random_station(seed)
        passages = Passages(schedule)
        found = passages.inside(profile)
        on = np.flatnonzero(passages.on_streets()).tolist()
        walks = {(a, b): dice.randint(1, 900) for a in on for b in on if a != b and dice.random() < 0.6}
        joined = found.joined(_footpaths(walks, len(schedule.stops.ids)), 1000)
        origin = np.repeat(np.arange(len(schedule.stops.ids)), np.diff(joined.offsets)).tolist()
        pairs = zip(origin, joined.target.tolist(), strict=True)
        got = dict(zip(pairs, joined.duration_s.tolist(), strict=True))
        want = _brute(schedule, passages, walks, profile)
        assert got == {pair: s for pair, s in want.items() if s <= 1000}, seed
        seen += sum(bool({a, b} & passages.closed) for a, b in got)
        door = {stop: dice.randint(0, 600) for stop in on if dice.random() < 0.7}
        reach = Reach(
            np.array(list(door), np.int32), np.array(list(door.values()), np.int32), np.zeros(len(door))
        )
        entered = found.entered(reach, 700, backward=False)
        at = dict(zip(entered.stop.tolist(), entered.duration_s.tolist(), strict=True))
        net = _net(schedule, profile)
        for platform in passages.platforms:
            ways = [door[platform]] if platform in door else []
            if platform in passages.closed:
                ways = [
                    door[e] + nx.dijkstra_path_length(net, e, platform)
                    for e in passages.entrances & set(door)
                    if e in net and platform in net and nx.has_path(net, e, platform)
                ]
            assert at.get(platform) == min((w for w in ways if w <= 700), default=None), seed
    assert seen > 500


def _footpaths(walks: dict[tuple[int, int], int], stops: int) -> Footpaths:
    keys = sorted(walks)
    counts = np.bincount([a for a, _ in keys], minlength=stops) if keys else np.zeros(stops, np.int64)
    return Footpaths(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.array([b for _, b in keys], np.int32),
        np.array([walks[k] for k in keys], np.int32),
        np.array([float(walks[k]) for k in keys]),
    )


def _net(schedule, profile: Profile) -> nx.DiGraph:
    """The pathways that a profile may take, straight from the rows."""
    net, rows = nx.DiGraph(), schedule.pathways
    columns = (rows.from_stop, rows.to_stop, rows.mode, rows.both, rows.seconds)
    for a, b, mode, both, seconds in zip(*(column.tolist() for column in columns), strict=True):
        if profile is Profile.WHEELCHAIR and mode in (2, 4):
            continue
        for x, y in ((a, b), (b, a))[: 2 if both and mode != 7 else 1]:
            if not net.has_edge(x, y) or seconds < net[x][y]["weight"]:
                net.add_edge(x, y, weight=seconds)
    return net


def _brute(schedule, passages: Passages, walks, profile: Profile) -> dict[tuple[int, int], int]:
    """All ways out of a station, over streets and into a station, as one graph of three floors."""
    net, floors = _net(schedule, profile), nx.DiGraph()
    for a, b, effort in net.edges(data="weight"):
        floors.add_edge((a, 0), (b, 0), weight=effort)
        floors.add_edge((a, 2), (b, 2), weight=effort)
    for (a, b), seconds in walks.items():
        floors.add_edge((a, 1), (b, 1.5), weight=seconds)
    stops = range(len(schedule.stops.ids))
    streets = {s for s in stops if passages.on_streets()[s]}
    for stop in streets - passages.closed:
        if stop in passages.entrances:
            floors.add_edge((stop, 0), (stop, 1), weight=0)
            floors.add_edge((stop, 1.5), (stop, 2), weight=0)
    found = {}
    parts = {stop: part for part in nx.connected_components(passages.graph) for stop in part}
    for a in streets - passages.entrances:
        for b in streets - passages.entrances - {a}:
            if a in parts and b in parts.get(a, ()):
                pair = ((a, 0), (b, 0))
            else:
                pair = ((a, 0 if a in passages.closed else 1), (b, 2 if b in passages.closed else 1.5))
            if all(end in floors for end in pair) and nx.has_path(floors, *pair):
                found[a, b] = nx.dijkstra_path_length(floors, *pair)
    return found
