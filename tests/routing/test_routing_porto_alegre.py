"""Door to door in a real city: every leg is checked against the files of the feeds."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.printed import printed
from fakes.raw_feed import RawFeeds, dominated, midnight

from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.adapters.osm import read_osm
from routing.journey import Journey
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Query

PLANS = 1000
ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture(scope="module")
def feeds(shared: Path) -> dict[str, Path]:
    folder = shared / "data" / "porto_alegre"
    return {"eptc": folder / "poa_eptc.zip", "trensurb": folder / "poa_trensurb.zip"}


@pytest.fixture(scope="module")
def network(shared: Path, feeds: dict[str, Path]) -> Network:
    schedule = merge([(prefix, to_schedule(read_feed(path))) for prefix, path in feeds.items()])
    return build_network(schedule, *read_osm(shared / "data" / "porto_alegre" / "poa_osm.pbf"))


def somewhere(network: Network, rng: random.Random) -> Point:
    """A random door not far from where people live, that is from a stop, and on the map."""
    stops, graph = network.schedule.stops, network.graph
    inside = np.flatnonzero(
        (stops.lat > graph.node_lat.min())
        & (stops.lat < graph.node_lat.max())
        & (stops.lon > graph.node_lon.min())
        & (stops.lon < graph.node_lon.max())
    )
    while True:
        k = int(rng.choice(inside))
        lat, lon = stops.lat[k] + rng.uniform(-0.004, 0.004), stops.lon[k] + rng.uniform(-0.004, 0.004)
        if network.streets.on_map(lat, lon):
            return Point(float(lat), float(lon), "door")


@pytest.mark.slow
def test_every_journey_is_true_of_the_raw_feed(network: Network, feeds: dict[str, Path]):
    raw, planner, rng = RawFeeds(feeds), Planner(network), random.Random(2019)
    answered = rides = 0
    for k in range(PLANS):
        at = datetime(2019, 5, 15, tzinfo=ZONE) + timedelta(seconds=rng.randrange(5 * 3600, 24 * 3600))
        query = Query(somewhere(network, rng), somewhere(network, rng), at, arrive_by=k % 2 == 1)
        journeys = planner.plan(query)
        assert not dominated(journeys, query), query
        for journey in journeys:
            asked = at - midnight(datetime.combine(journey.service_date, datetime.min.time(), ZONE))
            try:
                raw.check(journey, query, int(asked.total_seconds()))
            except AssertionError as error:
                error.add_note(f"{query}\n{printed([journey])}")
                raise
            rides += sum(leg.mode != "walk" for leg in journey.legs)
        answered += bool(journeys)
    assert answered > 0.8 * PLANS
    assert rides > PLANS


def test_what_is_found_forwards_is_found_backwards(network: Network):
    """Asked to arrive when the best journey arrives, the planner departs no earlier."""
    planner, rng = Planner(network), random.Random(7)
    for _ in range(20):
        at = datetime(2019, 5, 15, 8, tzinfo=ZONE) + timedelta(seconds=rng.randrange(36_000))
        query = Query(somewhere(network, rng), somewhere(network, rng), at, walk_alone=False)
        for journey in planner.plan(query):
            arrival = planner.instant(journey.service_date, journey.arrival_s)
            back = planner.plan(
                Query(
                    query.origin,
                    query.destination,
                    arrival,
                    arrive_by=True,
                    interchanges_max=journey.interchanges,
                    walk_alone=False,
                )
            )
            assert max(j.departure_s for j in back) == journey.departure_s


def test_the_soonest_journey_alone_is_the_first_of_all(network: Network):
    """Of a day that is not prepared, on foot where that is as quick, by night and beyond the map."""
    planner, rng = Planner(network), random.Random(11)
    walked = ridden = none = 0
    for k in range(60):
        at = datetime(2019, 5, 15, tzinfo=ZONE) + timedelta(seconds=rng.randrange(11 * 3600, 17 * 3600))
        query = Query(
            somewhere(network, rng), somewhere(network, rng), at,
            arrive_by=k % 2 == 1, walk_alone=k % 5 > 0, walk_s_max=(600, 1800)[k % 3 > 0],
        )  # fmt: skip
        every, first, edge = planner.plan(query), planner.soonest(query), planner.soonest_at(query)
        assert (first is None) == (not every) == (edge is None), query
        if first is None:
            none += 1
            continue
        assert _edges(first) == _edges(every[0]), f"{query}\n{printed([every[0], first])}"
        assert edge == planner.instant(first.service_date, _edges(first)[0 if query.arrive_by else 1])
        walked += len(first.legs) == 1 and first.legs[0].mode == "walk"
        ridden += first.interchanges > 0
    assert ridden > 10
    assert walked + none > 0


def _edges(journey: Journey) -> tuple[int, int, int]:
    return journey.departure_s, journey.arrival_s, journey.interchanges
