"""Greater Tokyo's railways: sensible lists, through trains, and the same answers both ways."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Query

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 25, 8, tzinfo=TOKYO)


@pytest.fixture(scope="module")
def network(shared: Path) -> Network:
    return build_network(to_schedule(read_feed(shared / "data" / "japan" / "tokyo-rail.gtfs.zip")))


@pytest.fixture(scope="module")
def planner(network: Network) -> Planner:
    return Planner(network)


def station(network: Network, name: str) -> Point:
    """All platforms of a name, whatever company's."""
    stops = network.schedule.stops
    found = [k for k, n in enumerate(stops.names) if n == name and stops.location_type[k] == 0]
    ids = tuple(stops.ids[k] for k in found)
    return Point(float(stops.lat[found[0]]), float(stops.lon[found[0]]), name, ids)


def test_shinjuku_to_kaihin_makuhari(network: Network, planner: Planner):
    journeys = planner.plan(Query(station(network, "新宿"), station(network, "海浜幕張"), MORNING))
    best = journeys[0]
    told = [(leg.mode, leg.route_name, leg.start.name, leg.end.name) for leg in best.legs]
    assert told == [
        ("rail", "中央線快速", "新宿", "東京"),
        ("walk", "", "東京", "東京"),
        ("rail", "京葉線", "東京", "海浜幕張"),
    ]
    assert planner.instant(best.service_date, best.departure_s) >= MORNING
    assert planner.instant(best.service_date, best.arrival_s) <= MORNING + timedelta(minutes=70)


def test_a_through_train_keeps_its_riders(network: Network, planner: Planner):
    """The Tozai line runs on over the Toyo Rapid Railway: nobody gets off at Nishi-Funabashi."""
    start, end = station(network, "大手町"), station(network, "八千代緑が丘")
    journeys = planner.plan(Query(start, end, MORNING, interchanges_max=0))
    assert [j.interchanges for j in journeys] == [0]
    ridden = [(leg.route_name, leg.stay_seated) for leg in journeys[0].legs if leg.mode != "walk"]
    assert ridden == [("東西線", False), ("東葉高速線", True)]
    assert journeys[0].legs[0].end.name == journeys[0].legs[1].start.name == "西船橋"


def test_random_pairs_agree_both_ways(network: Network, planner: Planner):
    rng = random.Random(3)
    stops = network.schedule.stops
    served = np.unique(network.on(MORNING.date()).forward.timetable.pattern_stops).tolist()

    def at(k: int) -> Point:
        return Point(float(stops.lat[k]), float(stops.lon[k]), stops.names[k], (stops.ids[k],))

    for _ in range(40):
        a, b = (at(k) for k in rng.sample(served, 2))
        for journey in planner.plan(Query(a, b, MORNING, walk_alone=False)):
            back = planner.plan(
                Query(
                    a,
                    b,
                    planner.instant(journey.service_date, journey.arrival_s),
                    arrive_by=True,
                    interchanges_max=journey.interchanges,
                    walk_alone=False,
                )
            )
            assert max(j.departure_s for j in back) == journey.departure_s
            assert min(j.arrival_s for j in back if j.departure_s == journey.departure_s) == journey.arrival_s
