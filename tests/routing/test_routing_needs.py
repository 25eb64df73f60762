"""Slack for changing, one's own bicycle on board, prams and steps: what needs make of the search."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.asked import ask, told
from fakes.brute_force import Changes, arrivals, pareto, vehicles
from fakes.random_feeds import ends, network_of, seeded
from fakes.routing_checks import DAY, VEHICLES_MAX, within_the_day
from fakes.routing_checks import told as moments

from routing.needs import Needs
from routing.query import Profile
from routing.search import Searcher
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.street.profiles import CLOSED, costs


class Slackened(Changes):
    """Every change takes longer."""

    slack_s = 0

    def _look_up(self, a: int, left: int, b: int, boarded: int) -> int | None:
        seconds = super()._look_up(a, left, b, boarded)
        return None if seconds is None else seconds + self.slack_s


def test_slack_for_changing_equals_the_brute_force():
    later = 0
    for seed in range(80_000, 80_400):
        schedule, walks, access, _, _ = seeded(seed)
        begin = -1800  # before the first trips, so that there is something to change to
        if (schedule.transfers.from_trip >= 0).any() or (schedule.transfers.from_route >= 0).any():
            continue  # the walk of a rule for single trips would be slackened twice by the fake
        network = network_of(schedule, walks)
        slack = 60 * (1 + seed % 5)
        changes = Slackened(schedule, walks)
        changes.slack_s = slack
        rounds = arrivals(vehicles(schedule, DAY), changes, access, begin, VEHICLES_MAX)
        days = [network.on(DAY, needs) for needs in (Needs(slack_s=slack), Needs())]
        start = ends(network, access)
        for target in range(len(schedule.stops.ids) - 1):
            goal = {target: 0}
            found = [
                moments(Searcher().arrivals(day.forward, start, ends(network, goal), begin, VEHICLES_MAX))
                for day in days
            ]
            assert within_the_day(found[0]) == within_the_day(pareto(rounds, goal)), f"seed {seed}"
            later += found[0] != found[1]
    assert later > 3


CHANGE = """
[trips]
trip_id,route_id,bikes_allowed
a,R,1
b1,Q,2
b2,Q,1
[stop_times]
trip_id,stop_id,arrival_time,departure_time
a,A,8:00,8:00
a,B,8:10,8:10
b1,B,8:12,8:12
b1,C,8:22,8:22
b2,B,8:20,8:20
b2,C,8:30,8:30
"""


def test_a_change_with_slack_takes_the_next_vehicle():
    assert ask(CHANGE, "A", "C", "7:55").startswith("2026-11-25 8:00 to 8:22")
    assert ask(CHANGE, "A", "C", "7:55", interchange_slack_s=300) == told("""
        2026-11-25 8:00 to 8:30, 1 changes
          bus R (a of 2026-11-25): Asa [1] 8:00, Bora [2] 8:10
          bus Q (b2 of 2026-11-25): Bora [2] 8:20, Chiba 8:30
    """)


def test_with_a_bicycle_only_trips_that_take_it_are_ridden():
    assert ask(CHANGE, "A", "C", "7:55", bicycle=True, profile=Profile.CYCLE) == told("""
        2026-11-25 8:00 to 8:30, 1 changes
          bus R (a of 2026-11-25): Asa [1] 8:00, Bora [2] 8:10
          bus Q (b2 of 2026-11-25): Bora [2] 8:20, Chiba 8:30
    """)
    silent = CHANGE.replace(",bikes_allowed", "").replace(",1\n", "\n").replace(",2\n", "\n")
    assert ask(silent, "A", "C", "7:55", bicycle=True, profile=Profile.CYCLE) == ""


@pytest.mark.parametrize(
    ("flags", "profile", "metres"),
    [
        (tags.STEPS, Profile.WALK, 150.0),
        (tags.STEPS, Profile.EASY, 500.0),
        (tags.STEPS, Profile.PRAM, None),
        (tags.STEPS, Profile.WHEELCHAIR, None),
        (tags.KERB, Profile.EASY, 100.0),
        (tags.KERB, Profile.PRAM, 100.0),
        (tags.KERB, Profile.WHEELCHAIR, None),
        (tags.INDOOR_LIFT, Profile.PRAM, 160.0),
    ],
)
def test_steps_kerbs_and_lifts_count_by_who_goes_there(flags: int, profile: Profile, metres: float | None):
    way = Way((1, 2), (35.0, 35.0 + 100 / 111_195), (140.0, 140.0), flags | tags.FOOT | tags.PAVED, 30.0, -1)
    graph = assemble([way])
    along, back = costs(graph, profile)
    expected = CLOSED if metres is None else np.float32(metres)
    assert along[0] == pytest.approx(expected, rel=1e-3)
    assert back[0] == along[0]
