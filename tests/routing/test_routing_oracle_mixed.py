"""All features at once: networks with every rule, riders with needs, told delays, beside the brute force."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from fakes.asked import ask
from fakes.brute_force import arrivals, latest_departures, pareto
from fakes.mixed_network import Mixed, NeedyChanges, Slackened, mixed, needs_of, running, window
from fakes.random_feeds import ends
from fakes.routing_checks import DAY, SEARCHER, VEHICLES_MAX, told, within_the_day

from gtfs.model.schedule import WAYSIDE
from routing.needs import Needs
from routing.query import Profile
from routing.rides import door_times
from routing.timetable.day import EARLIEST_S, LATEST_S

WINDOW_S = 1200


def places_of(made: Mixed) -> list[int]:
    kinds = made.network.schedule.stops.location_type
    return [k for k, kind in enumerate(kinds.tolist()) if kind in (0, WAYSIDE)]


def check(made: Mixed, needs: Needs, rng: random.Random) -> tuple[int, int]:
    """Arrivals at every place, departures and a window to one; how many there are, and how many differ."""
    network, places = made.network, places_of(made)
    taken, changes = running(made, needs), Slackened(NeedyChanges(made, needs))
    day, usual = network.on(DAY, needs), network.on(DAY)
    begin = 60 * rng.choice((0, 0, 1380, 1410)) + 60 * rng.randint(-30, 50)
    access = {stop: rng.randint(0, 400) for stop in rng.sample(places, 2)}
    rounds = arrivals(taken, changes, access, begin, VEHICLES_MAX)  # type: ignore[arg-type]
    start = ends(network, access)
    found = differ = 0
    for goal in rng.sample(places, min(8, len(places))):
        there = ends(network, {goal: 0})
        got = within_the_day(told(SEARCHER.arrivals(day.forward, start, there, begin, VEHICLES_MAX)))
        assert got == within_the_day(pareto(rounds, {goal: 0})), f"to {goal}"
        found += any(moment is not None for moment in got)
        plain = SEARCHER.arrivals(usual.forward, start, there, begin, VEHICLES_MAX)
        differ += got != within_the_day(told(plain))
    egress = {stop: rng.randint(0, 300) for stop in rng.sample(places, 2)}
    goal = ends(network, egress)
    back = SEARCHER.arrivals(day.backward, goal, start, -begin - 3600, VEHICLES_MAX)
    left = latest_departures(taken, changes, access, egress, begin + 3600, VEHICLES_MAX)  # type: ignore[arg-type]
    assert within_the_day([None if m is None else -m for m in told(back)]) == within_the_day(left)
    told_ways = {
        (*door_times(day.forward, rides, start, goal), len(rides))
        for rides in SEARCHER.departures(day, start, goal, begin, WINDOW_S, VEHICLES_MAX)
    }
    best = window(taken, changes, access, egress, begin, WINDOW_S, VEHICLES_MAX)  # type: ignore[arg-type]
    inside = {one for one in best if one[1] <= LATEST_S and one[0] >= EARLIEST_S}
    assert {one for one in told_ways if one[1] <= LATEST_S and one[0] >= EARLIEST_S} == inside
    return found, differ


@pytest.mark.parametrize("block", range(4))
def test_riders_with_needs_on_networks_of_every_feature_equal_the_brute_force(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(90_000 + 40 * block, 90_000 + 40 * block + 40):
        made, rng = mixed(seed), random.Random(seed)
        if not made.alike:
            seen["left out"] += 1
            continue
        for _ in range(3):
            needs = needs_of(made, rng)
            try:
                found, differ = check(made, needs, rng)
            except AssertionError as error:
                error.add_note(f"seed {seed}, {needs}, {sorted(made.features)}")
                raise
            seen["found"] += found
            seen["differ"] += differ
            seen[needs.profile] += bool(found)
            seen.update(
                f"{one} for {'all' if needs == Needs() else 'some'}" for one in made.features if found
            )
    assert seen["left out"] < 5
    assert seen["found"] > 150
    assert seen["differ"] > 50
    assert all(seen[p] for p in Profile if p not in (Profile.DEVICE, Profile.SHUTTLE)), seen
    for one in (
        "hailed",
        "live",
        "inside",
        "frequency",
        "single rule",
        "rule",
        "in seat",
        "prepared",
        "added",
    ):
        assert seen[f"{one} for some"] > 1, seen


def test_a_trip_is_ridden_though_the_one_it_continues_from_takes_no_cycles() -> None:
    """The vehicle goes on as another trip, which takes cycles; one gets on where that begins."""
    feed = """
        [trips]
        trip_id,route_id,block_id,bikes_allowed
        a,R,x,2
        b,R,x,1
        [stop_times]
        trip_id,stop_id,arrival_time,departure_time
        a,A,8:00,8:00
        a,B,8:10,8:10
        b,B,8:12,8:12
        b,C,8:20,8:20
    """
    own = {"bicycle": True, "profile": Profile.CYCLE}
    alone = ask(feed, "B", "C", "7:55", **own)
    assert "8:12 to 8:20, 0 changes" in alone
    assert "(b of 2026-11-25)" in alone
    assert ask(feed, "A", "C", "7:55", **own) == ""
    assert ask(feed, "A", "B", "7:55", **own) == ""
    assert "8:00 to 8:20, 0 changes" in ask(feed, "A", "C", "7:55")
