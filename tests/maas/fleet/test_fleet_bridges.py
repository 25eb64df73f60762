"""Routing's streets as the fleet's ways: closures shut vehicles out, no-entry fences devices."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest

from fleet.dispatch.ports import Closure
from fleet.model.devices import Fence
from fleet.personal.ports import NO_WAY_M
from maas.area.open import Area, open_area
from maas.bridges.pavement_ways import PavementWays
from maas.bridges.shuttle_ways import NO_WAY, StreetWalks, StreetWays


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def box(lat: float, lon: float, half: float) -> tuple[tuple[float, float], ...]:
    return (
        (lon - half, lat - half), (lon + half, lat - half), (lon + half, lat + half), (lon - half, lat + half)
    )  # fmt: skip


def test_a_closure_cuts_a_stop_off_and_rain_slows_down(area: Area) -> None:
    assert area.shuttle is not None
    assert area.planner.network.graph is not None
    ways = StreetWays(area.shuttle, area.planner.network.graph)
    free = ways.matrix()
    assert (free.seconds < NO_WAY).all()
    stop = area.shuttle.stops[0]
    shut = ways.matrix(1.0, (Closure("square", box(stop.lat, stop.lon, 0.0008)),))
    assert (shut.seconds[0, 1:] == NO_WAY).all()
    assert (shut.seconds >= free.seconds).all()
    slow = ways.matrix(0.5)
    assert (slow.seconds.astype(int) + 1 >= 2 * free.seconds.astype(int) - 1).all()


def test_ways_pass_the_stops_between_and_walks_find_the_nearest(area: Area) -> None:
    assert area.shuttle is not None
    assert area.planner.network.graph is not None
    ways = StreetWays(area.shuttle, area.planner.network.graph)
    seconds = ways.matrix().seconds.astype(int)
    for end in range(1, 12):
        passed = ways.via(0, end)
        assert (passed[0], passed[-1]) == (0, end)
        legs = sum(seconds[a, b] for a, b in itertools.pairwise(passed))
        assert legs <= seconds[0, end] + 2 * len(passed)
        assert len(ways.line(0, end)) >= 2
    stop = area.shuttle.stops[3]
    walks = StreetWalks(area.shuttle, area.planner.network.graph)
    assert walks.stops_near(stop.lat, stop.lon, 600, 3)[0][0] == 3
    assert not walks.on_map(35.60, 139.90)


def test_devices_go_round_where_they_may_not_enter(area: Area) -> None:
    assert area.devices is not None
    assert area.planner.network.graph is not None
    graph, service = area.planner.network.graph, area.devices
    a, b = (service.bases[0].lat, service.bases[0].lon), (service.bases[1].lat, service.bases[1].lon)
    free = int(PavementWays(graph, service).metres([a], [b], 20_000, frozenset())[0, 0])
    assert free < NO_WAY_M
    middle = PavementWays(graph, service).line(a, b, frozenset())
    spot = middle[len(middle) // 2]
    works = Fence("works", "no_entry", box(*spot, 0.0004), valid_from="08:00", valid_until="10:00")
    ways = PavementWays(graph, msgspec.structs.replace(service, fences=(*service.fences, works)))
    assert int(ways.metres([a], [b], 20_000, frozenset({"works"}))[0, 0]) > free
    assert int(ways.metres([a], [b], 20_000, frozenset())[0, 0]) == free
