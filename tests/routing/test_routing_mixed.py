"""Rides on demand joined with journeys by timetable: what is shown, what is left out, in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.feed_text import schedule_of

from routing.journey import Journey, LegEnd, Terms
from routing.mixed import MixedPlanner
from routing.network import build_network
from routing.on_demand import Move, Offered
from routing.planner import NoService, Planner
from routing.query import Point, Query
from routing.reachable import NOWHERE, reached

TOKYO = ZoneInfo("Asia/Tokyo")
FEED = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.60,140.00
B,Bora,35.60,140.10
[trips]
trip_id,route_id
t1,R
t2,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time
t1,A,8:30,8:30
t1,B,8:45,8:45
t2,A,9:00,9:00
t2,B,9:15,9:15
"""
# Two kilometres from either station: no walk of half an hour leads there.
HOME, OFFICE = Point(35.618, 140.0, "home"), Point(35.618, 140.1, "office")


@dataclass
class Cab:
    """Takes anybody anywhere near in ten minutes, after a wait; remembers what it was asked."""

    mode: str = "shuttle"
    wait_s: int = 120
    ride_s: int = 600
    far_deg: float = 0.05
    asked: list[tuple[str, str, int, bool]] = field(default_factory=list)

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        near = abs(origin.lat - destination.lat) + abs(origin.lon - destination.lon) <= self.far_deg
        return self.wait_s + self.ride_s if near else None

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        self.asked.append((origin.name, destination.name, at_s, arrive_by))
        start = at_s - self.ride_s if arrive_by else at_s + self.wait_s
        ends = (LegEnd(p.name, p.lat, p.lon) for p in (origin, destination))
        terms = Terms("cabs", 300, "JPY", start + 300)
        return Offered((Move(self.mode, *ends, start, start + self.ride_s, 2000.0, (), terms),))


@pytest.fixture
def planner() -> MixedPlanner:
    return MixedPlanner(Planner(build_network(schedule_of(FEED), None)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-25T{text}").replace(tzinfo=TOKYO)


def ask(origin: Point = HOME, destination: Point = OFFICE, when: str = "08:00", **changes: object) -> Query:
    return replace(Query(origin, destination, at(when)), **changes)  # type: ignore[arg-type]


def modes(journeys: Sequence[Journey]) -> list[list[str]]:
    return [[leg.mode for leg in journey.legs] for journey in journeys]


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def test_a_ride_leads_to_the_train_and_another_one_from_it(planner: MixedPlanner):
    (journey,) = planner.plan(ask(), [Cab()])
    assert modes([journey]) == [["shuttle", "bus", "shuttle"]]
    times = [(clock(leg.departure_s), clock(leg.arrival_s)) for leg in journey.legs]
    assert times == [("8:18", "8:28"), ("8:30", "8:45"), ("8:49", "8:59")]
    assert journey.interchanges == 2
    assert all(leg.terms is not None for leg in journey.legs if leg.mode == "shuttle")


def test_arriving_by_a_time_is_asked_from_the_end(planner: MixedPlanner):
    cab = Cab()
    (journey,) = planner.plan(ask(when="09:40", arrive_by=True), [cab])
    times = [(clock(leg.departure_s), clock(leg.arrival_s)) for leg in journey.legs]
    assert times == [("8:48", "8:58"), ("9:00", "9:15"), ("9:19", "9:29")]
    # Only the last ride is asked again, from the station on: as soon as the train is there.
    assert all(arrive_by or start == "Bora" for start, _, _, arrive_by in cab.asked)


def test_without_movers_the_answer_is_the_planners(planner: MixedPlanner):
    query = ask(Point(35.60, 140.0, "Asa", ("A",)), Point(35.60, 140.1, "Bora", ("B",)))
    assert planner.plan(query, []) == Planner(build_network(schedule_of(FEED), None)).plan(query)


def test_what_a_train_alone_does_better_is_not_shown(planner: MixedPlanner):
    stations = ask(Point(35.60, 140.0, "Asa", ("A",)), Point(35.60, 140.1, "Bora", ("B",)))
    assert modes(planner.plan(stations, [Cab(far_deg=1.0, ride_s=3600)])) == [["bus"]]
    assert modes(planner.plan(stations, [Cab(far_deg=1.0, ride_s=900)])) == [["bus"], ["shuttle"]]


def test_who_wants_no_timetable_rides_all_the_way(planner: MixedPlanner):
    assert modes(planner.plan(ask(), [Cab(far_deg=1.0)], transit=False)) == [["shuttle"]]


def test_a_day_that_no_timetable_covers_is_said_unless_none_was_asked_for(planner: MixedPlanner):
    late = ask(at=datetime(2031, 1, 1, 8, tzinfo=TOKYO))
    cab = Cab(far_deg=1.0)
    with pytest.raises(NoService):
        planner.plan(late, [cab])
    assert modes(planner.plan(late, [cab], transit=False)) == [["shuttle"]]


def test_a_mover_that_refuses_is_no_harm(planner: MixedPlanner):
    class Full(Cab):
        def offer(self, *_args: object, **_named: object) -> None:  # type: ignore[override]
            return None

    assert planner.plan(ask(), [Full()]) == []
    assert modes(planner.plan(ask(), [Full(), Cab()])) == [["shuttle", "bus", "shuttle"]]


def test_nobody_is_sent_to_the_station_the_evening_before(planner: MixedPlanner):
    assert planner.plan(ask(when="21:00"), [Cab()]) == []
    assert planner.plan(ask(when="08:40", arrive_by=True), [Cab()]) == []


@pytest.mark.parametrize("minute", range(0, 60, 7))
@pytest.mark.parametrize("arrive_by", [False, True])
def test_every_leg_begins_where_and_after_the_last_one_ended(
    planner: MixedPlanner, minute: int, arrive_by: bool
):
    query = ask(when=f"09:{minute:02}" if arrive_by else f"08:{minute:02}", arrive_by=arrive_by)
    for journey in planner.plan(query, [Cab(), Cab("device", wait_s=30, ride_s=1200)]):
        for before, after in pairwise(journey.legs):
            assert before.arrival_s <= after.departure_s
        if arrive_by:
            assert journey.arrival_s <= (9 * 60 + minute) * 60
        else:
            assert journey.departure_s >= (8 * 60 + minute) * 60


@pytest.mark.parametrize(
    ("ridden_s", "there"), [(0, "8:45"), (28 * 60, "8:45"), (28 * 60 + 1, "9:15"), (59 * 60, None)]
)
def test_from_a_station_that_a_ride_leads_to_all_is_reached_that_runs_two_minutes_later(
    ridden_s: int, there: str | None
):
    planner = Planner(build_network(schedule_of(FEED), None))
    station = Point(35.60, 140.0, "Asa", ("A",))
    nowhere = (np.empty(0), np.empty(0))
    found = reached(planner, ask(), 3 * 3600, nowhere, stations=[(station, ridden_s)])
    index = planner.network.stop_index
    by_train = found.stop_s[index["B"]]
    assert found.stop_s[index["A"]] == ridden_s
    assert (None if by_train == NOWHERE else clock(8 * 3600 + by_train)) == there
    alone = reached(planner, ask(), 3 * 3600, nowhere)
    assert alone.stop_s.tolist() == [NOWHERE] * len(alone.stop_s)
