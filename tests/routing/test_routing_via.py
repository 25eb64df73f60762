"""Journeys by way of places, beside every combination of sections tried one by one."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from fakes.feed_text import schedule_of

from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query
from routing.via import Via, plan_via

TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = "ABCD"


def point(name: str) -> Point:
    return Point(35.60, 140.0 + 0.1 * NAMES.index(name), name, (name,))


def random_feed(rng: random.Random) -> str:
    trips, calls = [], []
    for k in range(24):
        a, b = rng.sample(NAMES, 2)
        start = rng.randrange(6 * 60, 20 * 60)
        end = start + rng.randrange(5, 90)
        trips.append(f"t{k},R{k % 5}")
        for stop, minute in ((a, start), (b, end)):
            clock = f"{minute // 60}:{minute % 60:02}"
            calls.append(f"t{k},{stop},{clock},{clock}")
    stops = [f"{n},{n},35.60,{140.0 + 0.1 * k:.1f}" for k, n in enumerate(NAMES)]
    return "\n".join(
        ["[stops]", "stop_id,stop_name,stop_lat,stop_lon", *stops, "[trips]", "trip_id,route_id", *trips,
         "[stop_times]", "trip_id,stop_id,arrival_time,departure_time", *calls]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("arrive_by", [False, True])
def test_the_best_end_is_that_of_greedy_sections_and_legs_are_in_order(seed: int, arrive_by: bool):
    planner = Planner(build_network(schedule_of(random_feed(random.Random(seed))), None))
    at = datetime(2026, 11, 25, 19 if arrive_by else 7, tzinfo=TOKYO)
    query = Query(point("A"), point("D"), at, arrive_by=arrive_by, walk_alone=False)
    stays = (600, 1800)
    vias = [Via(point("B"), stays[0]), Via(point("C"), stays[1])]
    found = plan_via(planner.plan, planner.network.clock, query, vias)

    # No wait is ever better than to go on as soon as one may: section by section, the best end of each.
    names = ["A", "B", "C", "D"]
    sections = list(pairwise(names))
    moment: datetime | None = at
    order = reversed(sections) if arrive_by else iter(sections)
    pauses = iter((*((stays[1], stays[0]) if arrive_by else stays), 0))
    for a, b in order:
        ways = planner.plan(replace(query, origin=point(a), destination=point(b), at=moment or at))
        if not ways:
            moment = None
            break
        edges = [planner.instant(j.service_date, j.departure_s if arrive_by else j.arrival_s) for j in ways]
        moment = max(edges) if arrive_by else min(edges)
        pause = next(pauses)
        moment = datetime.fromtimestamp(moment.timestamp() + (-pause if arrive_by else pause), TOKYO)
    if moment is None:
        assert found == []
        return
    best = found[0]
    edge = best.departure_s if arrive_by else best.arrival_s
    assert planner.instant(best.service_date, edge) == moment
    for journey in found:
        for before, after in pairwise(journey.legs):
            assert before.arrival_s <= after.departure_s
        reached = [leg.end.name for leg in journey.legs]
        assert [name for name in reached if name in "BCD"][-1] == "D"
        assert reached.index("B") < len(reached) - 1 - reached[::-1].index("C")
    for one, other in itertools.permutations(found, 2):
        assert not (
            one.departure_s >= other.departure_s
            and one.arrival_s <= other.arrival_s
            and one.interchanges <= other.interchanges
        )
