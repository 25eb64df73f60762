"""Outings with one's own cycle: it goes along all the way, where it may, and is home again at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from fakes.feed_text import feed_of

from maas.area.open import Area, open_area
from maas.cli.main import main
from maas.journeys.model import JourneysRequest
from maas.journeys.service import plan
from maas.outings.model import OutingRequest, OutingView, OwnCycle
from maas.outings.service import plan_outing, told
from routing.planner import PlanError
from routing.query import Point, Profile, Query
from routing.street.profiles import SPEED_M_S

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)
# A and B 3 km apart, C 20 km from both. Every half hour to C and back: trains take cycles, buses do not.
FEED = """
[agency]
agency_id,agency_name,agency_url,agency_timezone
a,Machi,https://bus.example,Asia/Tokyo
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.600,140.000
B,Bora,35.627,140.000
C,Chiba,35.600,140.220
[routes]
route_id,agency_id,route_short_name,route_type
R,a,Rail,2
Q,a,Quick,3
[calendar]
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
w,1,1,1,1,1,1,1,20261101,20261231
[trips]
route_id,service_id,trip_id,bikes_allowed
R,w,r,1
R,w,r2,1
Q,w,q,2
Q,w,q2,
[stop_times]
trip_id,arrival_time,departure_time,stop_id,stop_sequence
r,06:10:00,06:10:00,A,1
r,06:40:00,06:40:00,C,2
r2,06:25:00,06:25:00,C,1
r2,06:55:00,06:55:00,A,2
q,06:05:00,06:05:00,A,1
q,06:20:00,06:20:00,C,2
q2,06:20:00,06:20:00,C,1
q2,06:35:00,06:35:00,A,2
[frequencies]
trip_id,start_time,end_time,headway_secs,exact_times
r,06:10:00,22:00:00,1800,1
r2,06:25:00,22:00:00,1800,1
q,06:05:00,22:00:00,1800,1
q2,06:20:00,22:00:00,1800,1
"""
PLACES = {"A": (35.600, 140.000), "B": (35.627, 140.000), "C": (35.600, 140.220)}


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    home = tmp_path_factory.mktemp("cycles")
    built = CliRunner().invoke(
        main, ["area", "build", str(home / "area"), "--gtfs", str(feed_of(FEED, home))]
    )
    assert built.exit_code == 0, built.output
    return open_area(home / "area")


def question(*errands: str, **more: Any) -> OutingRequest:
    asked = [{"place": {"lat": PLACES[e][0], "lon": PLACES[e][1]}, "stay_s": 600} for e in errands]
    home = {"lat": PLACES["A"][0], "lon": PLACES["A"][1]}
    return OutingRequest.model_validate(
        {"home": home, "leave": NOON, "errands": asked, "means": ["bicycle"]} | more
    )


def outing(area: Area, *errands: str, **more: Any) -> OutingView:
    return plan_outing(area, question(*errands, **more), NOON)


def modes(answer: OutingView) -> list[str]:
    assert answer.plan is not None
    return [leg.mode for way in answer.plan.journeys if way is not None for leg in way.legs]


def best_with_cycle(area: Area, errands: str) -> datetime:
    """Home soonest of all orders, each asked of the planner way by way, with the cycle along."""
    points = [Point(*PLACES[e]) for e in "A" + errands]
    query = Query(
        points[0], points[0], NOON, profile=Profile.CYCLE, walk_speed_m_s=SPEED_M_S[Profile.CYCLE],
        bicycle=True,
    )  # fmt: skip
    homes = []
    for order in permutations(range(1, len(points))):
        at, place = NOON, 0
        try:
            for k in (*order, 0):
                found = area.planner.plan(replace(query, origin=points[place], destination=points[k], at=at))
                at = min(area.planner.instant(j.service_date, j.arrival_s) for j in found)
                at, place = (at + timedelta(seconds=600) if k else at), k
        except (PlanError, ValueError):
            continue
        homes.append(at)
    return min(homes)


def test_near_errands_are_ridden_to_and_the_cycle_is_home_at_the_end(area: Area) -> None:
    answer = outing(area, "B")
    assert answer.plan is not None
    assert answer.plan.bicycle is OwnCycle.ALONG
    assert set(modes(answer)) == {"bicycle"}
    on_foot = outing(area, "B", means=[])
    assert on_foot.plan is None or answer.plan.home < on_foot.plan.home
    assert answer.plan.home == best_with_cycle(area, "B")
    assert answer.plan.fare is not None
    assert answer.plan.fare.amount_minor == 0


def test_it_is_taken_on_trips_that_take_it_alone_and_left_at_home_where_that_is_sooner(area: Area) -> None:
    alone = outing(area, "C")
    assert alone.plan is not None
    assert alone.plan.bicycle is OwnCycle.AT_HOME, "the quick bus takes none"
    assert "bicycle" not in modes(alone)
    both = outing(area, "B", "C")
    assert both.plan is not None
    assert both.plan.bicycle is OwnCycle.ALONG, "to walk to B and back takes an hour"
    assert both.plan.home == best_with_cycle(area, "BC")
    assert set(modes(both)) == {"bicycle", "rail"}
    trips = {leg.trip_id for way in both.plan.journeys if way for leg in way.legs if leg.trip_id}
    assert trips <= {"r", "r2"}
    ends = [way for way in both.plan.journeys if way is not None]
    for before, after in pairwise(ends):  # the cycle is where one sets out next
        last, first = before.legs[-1].destination, after.legs[0].origin
        assert (round(last.lat, 3), round(last.lon, 3)) == (round(first.lat, 3), round(first.lon, 3))


def test_each_way_is_one_that_journeys_tells_with_a_bicycle(area: Area) -> None:
    found = outing(area, "B", "C").plan
    assert found is not None
    for way in found.journeys:
        assert way is not None
        start, end = way.legs[0].origin, way.legs[-1].destination
        asked = JourneysRequest.model_validate(
            {
                "from": {"lat": start.lat, "lon": start.lon}, "to": {"lat": end.lat, "lon": end.lon},
                "at": way.departure, "needs": ["bicycle"],
            }
        )  # fmt: skip
        assert way.arrival in [one.arrival for one in plan(area, asked, NOON).journeys]


def test_a_wheelchair_takes_no_cycle_along(area: Area) -> None:
    answer = outing(area, "C", wheelchair=True)
    for found in (answer.plan, *(option.plan for option in answer.nearest)):
        assert found is None or found.bicycle is None


def test_what_only_the_cycle_reaches_in_time_is_planned_and_what_nothing_does_is_refused(area: Area) -> None:
    errand = {"place": {"lat": PLACES["B"][0], "lon": PLACES["B"][1]}, "stay_s": 600}
    soon = errand | {"at": (NOON + timedelta(minutes=20)).isoformat()}
    refused = plan_outing(area, question(errands=[soon], means=[]), NOON)
    assert refused.plan is None
    ridden = plan_outing(area, question(errands=[soon]), NOON)
    assert ridden.plan is not None
    assert ridden.plan.bicycle is OwnCycle.ALONG
    never = plan_outing(
        area, question(errands=[errand | {"at": (NOON + timedelta(minutes=2)).isoformat()}]), NOON
    )
    assert never.plan is None
    assert [reason.code for reason in never.reasons] == ["too_late"]


def test_the_terminal_says_where_the_cycle_is(area: Area) -> None:
    assert any("your own cycle comes along" in line for line in told(outing(area, "B", "C")))
    assert any("your own cycle stays at home" in line for line in told(outing(area, "C")))
