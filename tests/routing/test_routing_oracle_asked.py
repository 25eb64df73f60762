"""Windows and ways by way of places, asked by riders with needs of networks of every feature."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fakes.mixed_network import Mixed, mixed, needs_of
from fakes.routing_checks import DAY

from routing.journey import Journey
from routing.needs import Needs
from routing.planner import NoService, Planner
from routing.query import Point, Query
from routing.ranges import late_via, pareto
from routing.timetable.day import EARLIEST_S, LATEST_S
from routing.via import Via

WINDOW_S = 1500


def question(made: Mixed, needs: Needs, rng: random.Random, ends: list[int], *, arrive_by: bool) -> Query:
    """From one stop to another, by a rider with these needs."""
    start, end = (point(made, stop) for stop in ends)
    begin = 60 * rng.choice((0, 0, 1400)) + 60 * rng.randint(0, 50)
    at = made.network.clock.instant(DAY, begin + (3600 if arrive_by else 0))
    return Query(
        start, end, at, arrive_by=arrive_by, profile=needs.profile, walk_speed_m_s=needs.walk_speed_m_s,
        walk_s_max=needs.walk_s_max, interchanges_max=3, modes=needs.modes,
        interchange_slack_s=needs.slack_s, bicycle=needs.bicycle, walk_alone=False,
    )  # fmt: skip


def point(made: Mixed, stop: int) -> Point:
    stops = made.network.schedule.stops
    return Point(float(stops.lat[stop]), float(stops.lon[stop]), stops.ids[stop], (stops.ids[stop],))


def edges(planner: Planner, journeys: list[Journey]) -> set[tuple[datetime, datetime, int]]:
    """Departure, arrival and changes of those of the day asked for, within the hours that it knows."""
    return {
        (
            planner.instant(j.service_date, j.departure_s),
            planner.instant(j.service_date, j.arrival_s),
            j.interchanges,
        )
        for j in journeys
        if j.service_date == DAY and j.departure_s >= EARLIEST_S and j.arrival_s <= LATEST_S
    }


def asked(seed: int) -> tuple[Mixed, Needs, random.Random, Planner]:
    made, rng = mixed(seed), random.Random(seed)
    return made, needs_of(made, rng), rng, Planner(made.network)


def calls(made: Mixed) -> list[int]:
    return [k for k, kind in enumerate(made.network.schedule.stops.location_type.tolist()) if kind == 0]


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_window_is_the_union_of_single_questions_whoever_asks(arrive_by: bool) -> None:
    told = needy = 0
    for seed in range(95_000, 95_100):
        made, needs, rng, planner = asked(seed)
        query = question(made, needs, rng, rng.sample(calls(made), 2), arrive_by=arrive_by)
        found = planner.plan_range(query, WINDOW_S)
        single: list[Journey] = []
        for minute in range(WINDOW_S // 60 + 1):
            moved = timedelta(minutes=-minute if arrive_by else minute)
            single += [j for j in planner.plan(replace(query, at=query.at + moved)) if j.service_date == DAY]
        best = edges(planner, pareto(planner.network.clock, single))
        first, last = query.at, query.at + timedelta(seconds=WINDOW_S)
        if arrive_by:
            within = {e for e in best if query.at - timedelta(seconds=WINDOW_S) < e[1] <= query.at}
        else:
            within = {e for e in best if first <= e[0] < last}
        assert edges(planner, found) == within, (seed, needs, sorted(made.features))
        told += len(within)
        needy += needs != Needs() and bool(within)
    assert told > 15
    assert needy > 8


def test_by_way_of_a_place_the_end_is_that_of_one_section_after_the_other_whoever_asks() -> None:
    told = 0
    for seed in range(96_000, 96_200):
        made, needs, rng, planner = asked(seed)
        a, b, c = rng.sample(calls(made), 3)
        query = question(made, needs, rng, [a, c], arrive_by=False)
        by_way, stay_s = point(made, b), 60 * rng.randint(0, 10)
        try:
            found = late_via(planner.plan, planner.network.clock, query, [Via(by_way, stay_s)])
        except NoService:  # one would go on after the last day
            continue
        there = soonest(planner, replace(query, destination=by_way))
        end = None
        if there is not None:
            end = soonest(planner, replace(query, origin=by_way, at=there + timedelta(seconds=stay_s)))
        got = [planner.instant(j.service_date, j.arrival_s) for j in found]
        assert min(got, default=None) == end, (seed, needs, sorted(made.features))
        assert all(planner.instant(j.service_date, j.departure_s) >= query.at for j in found)
        told += end is not None
    assert told > 10


def soonest(planner: Planner, query: Query) -> datetime | None:
    return min((planner.instant(j.service_date, j.arrival_s) for j in planner.plan(query)), default=None)
