"""Who may walk less than most between vehicles is searched on the same prepared day; answers are the same."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from fakes.random_feeds import Question, ends, network_of, seeded
from fakes.routing_checks import DAY, SEARCHER, check_arrivals, check_departures, check_journeys

from routing.kernels.changes import CLASS_MASK
from routing.needs import USUAL, Needs
from routing.network import Network
from routing.planner import Planner
from routing.query import Point, Query
from routing.rides import door_times
from routing.timetable.interchange import limited, rules_between
from routing.timetable.prepare import LIMITS_S
from routing.timetable.splits import split_stops


def walked(seed: int) -> Question:
    """A random feed with walks of up to half an hour between most stops.

    Those that a rule for single trips names are short: the brute force takes their length from what it may
    walk, the network from the street.
    """
    schedule, _, access, egress, begin = seeded(seed)
    dice, stops = random.Random(seed), range(len(schedule.stops.ids) - 1)
    single = {pair for rule in split_stops(schedule).rules for pair in rule.pairs}
    walks = {
        (a, b): dice.randint(0, LIMITS_S[0] if (a, b) in single else 1800)
        for a in stops
        for b in stops
        if a != b and dice.random() < 0.7
    }
    return schedule, walks, access, egress, begin


@pytest.mark.parametrize("limit_s", LIMITS_S)
def test_every_limit_equals_the_brute_force_without_the_longer_walks(limit_s: int):
    longer = extra = 0
    for seed in range(60_000, 60_040):
        schedule, walks, access, egress, begin = walked(seed)
        ruled = rules_between(schedule)
        fewer = {pair: s for pair, s in walks.items() if s <= limit_s or pair in ruled}
        longer += len(walks) - len(fewer)

        def build(schedule, _, walks=walks) -> Network:
            network = network_of(schedule, walks)
            network.prepare(DAY)
            day = network.on(DAY, Needs(walk_s_max=limit_s))
            assert (day.forward.prepared is None) == (network.on(DAY).forward.prepared is None)
            network.on = lambda _: day
            return network

        question = schedule, fewer, access, egress, begin
        try:
            check_arrivals(question, build)
            check_departures(question, build)
            check_journeys(question, arrive_by=bool(seed % 2), build=build)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
        ready = build(schedule, walks).on(DAY).forward.prepared
        extra += 0 if ready is None else int((ready.changes.limit & CLASS_MASK > 0).sum())
    assert (longer > 100) == (limit_s < LIMITS_S[-1])
    assert extra > 200, "walks of every length are among the changes that are kept"


def test_windows_of_who_walks_less_are_the_same_prepared_or_not():
    told = differ = 0
    for seed in range(61_000, 61_080):
        schedule, walks, access, egress, begin = walked(seed)
        network = network_of(schedule, walks)
        start, goal = ends(network, access), ends(network, egress)
        plain = {s: network.on(DAY, Needs(walk_s_max=s)) for s in LIMITS_S}
        network.prepare(DAY)
        found = {}
        for limit_s, day in plain.items():
            on = network.on(DAY, Needs(walk_s_max=limit_s))
            for turned in (False, True):
                search = SEARCHER.arrivals_within if turned else SEARCHER.departures
                at = begin + 2 * 3600 if turned else begin
                ready, unready = (
                    [
                        (*door_times(d.forward, r, start, goal), len(r))
                        for r in search(d, start, goal, at, 3600, 4)
                    ]
                    for d in (on, day)
                )
                assert ready == unready, (seed, limit_s)
                found[limit_s, turned] = ready
                told += len(ready)
        differ += found[LIMITS_S[0], False] != found[LIMITS_S[-1], False]
    assert told > 200
    assert differ > 1


@pytest.mark.parametrize("limit_s", [240, 600, 1020, 1200, 1799, 1800])
def test_the_planner_tells_the_same_for_any_limit_prepared_or_not(limit_s: int):
    told = 0
    for seed in range(62_000, 62_025):
        schedule, walks, *_, begin = walked(seed)
        ways = network_of(schedule, walks), network_of(schedule, walks)
        ways[1].prepare(DAY)
        at, stops = ways[0].clock.instant(DAY, begin), schedule.stops.ids
        planners = [Planner(network) for network in ways]
        for a, b in pairwise(stops[:4]):
            query = Query(Point(0, 0, "", (a,)), Point(0, 0, "", (b,)), at, walk_s_max=limit_s)
            plain, ready = (
                (
                    [(j.departure_s, j.arrival_s, j.interchanges) for j in planner.plan(query)],
                    [(j.departure_s, j.arrival_s, j.interchanges) for j in planner.plan_range(query, 3600)],
                    planner.soonest_at(query),
                    getattr(planner.soonest(query), "arrival_s", None),
                )
                for planner in planners
            )
            assert plain == ready, seed
            told += len(ready[0]) + len(ready[1])
            for journey in planners[1].plan_range(query, 3600):
                on_foot = [leg for leg in journey.legs[1:-1] if leg.route_id is None]
                ruled = rules_between(schedule)
                assert ruled or all(leg.arrival_s - leg.departure_s <= limit_s for leg in on_foot)
    assert told > 40


def test_days_of_who_walks_less_share_the_timetable_and_what_is_prepared_later():
    schedule, walks, *_ = walked(60_001)
    network = network_of(schedule, walks)
    before = network.on(DAY, Needs(walk_s_max=1200))
    assert before.forward.prepared is None
    assert network.prepare(DAY)
    usual, less, paced = (
        network.on(DAY, needs) for needs in (USUAL, Needs(walk_s_max=1200), Needs(walk_speed_m_s=1.0))
    )
    assert usual.forward.prepared is not None
    assert less.forward.prepared is not None
    assert paced.forward.prepared is None
    assert less.forward.prepared.changes is usual.forward.prepared.changes
    for day in (before, less, paced):
        assert day.forward.timetable is usual.forward.timetable
        assert day.backward.timetable is usual.backward.timetable
    fewer = limited(usual.forward.change, 1200)
    assert len(fewer.target) == len(less.forward.change.target) < len(usual.forward.change.target)
