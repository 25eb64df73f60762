"""What is said to be reached is what the planner, the brute force and NetworkX say."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import networkx as nx
import numpy as np
import pytest
from fakes.brute_force import Changes, arrivals, vehicles
from fakes.random_feeds import ends, network_of, seeded
from fakes.routing_checks import DAY, SEARCHER, VEHICLES_MAX

from maas.area.open import Area, open_area
from routing.kernels.layout import UNREACHED
from routing.planner import NoService
from routing.ports import Starts
from routing.query import Point, Profile, Query
from routing.reachable import NOWHERE, matrix, reached
from routing.street.graph import Way, assemble
from routing.street.router import StreetRouter
from routing.street.tags import FOOT, PAVED


@pytest.mark.parametrize("limit_s", [1800, 7200, 36_000])
def test_arrivals_everywhere_equal_the_brute_force(limit_s):
    seen = 0
    for seed in range(70_000, 70_250):
        schedule, walks, access, _, begin = seeded(seed)
        network = network_of(schedule, walks)
        rounds = arrivals(vehicles(schedule, DAY), Changes(schedule, walks), access, begin, VEHICLES_MAX)
        expected: dict[int, int] = {}
        for one in rounds:
            for (stop, _), at in one.items():
                if at <= begin + limit_s:
                    expected[stop] = min(at, expected.get(stop, at))
        found = SEARCHER.everywhere(
            network.on(DAY).forward, ends(network, access), begin, begin + limit_s, VEHICLES_MAX
        )
        told: dict[int, int] = {}
        for stop, at in zip(network.splits.stop_of.tolist(), found.tolist(), strict=True):
            if at < UNREACHED:
                told[stop] = min(at, told.get(stop, at))
        assert told == expected, f"seed {seed}"
        seen += len(told)
    assert seen > 50


def town(seed: int) -> StreetRouter:
    """A crooked grid of streets with some missing, and stops beside them."""
    rng = random.Random(seed)
    at = {(i, j): (35.0 + 0.001 * (i + 0.3 * rng.random()), 140.0 + 0.001 * (j + 0.3 * rng.random()))
          for i in range(7) for j in range(7)}  # fmt: skip
    pairs = [
        ((i, j), (i + di, j + dj)) for i, j in at for di, dj in ((0, 1), (1, 0)) if (i + di, j + dj) in at
    ]
    ways = [
        Way([hash(p) for p in pair], *zip(*(at[p] for p in pair), strict=True), FOOT | PAVED, 30.0, 0)
        for pair in pairs
        if rng.random() < 0.85
    ]
    stops = np.array([(35.0 + 0.006 * rng.random(), 140.0 + 0.006 * rng.random()) for _ in range(12)])
    return StreetRouter(assemble(ways), stops[:, 0].copy(), stops[:, 1].copy())


@pytest.mark.parametrize("walk_s_max", [180, 500])
def test_a_flood_from_many_starts_is_the_best_of_single_walks(walk_s_max):
    bound = 0
    for seed in range(12):
        streets = town(seed)
        rng = random.Random(seed)
        targets = np.array([(35.0 + 0.006 * rng.random(), 140.0 + 0.006 * rng.random()) for _ in range(25)])
        to = (targets[:, 0].copy(), targets[:, 1].copy())
        starts = Starts(35.003, 140.003, np.arange(6, dtype=np.int32),
                        np.array([rng.randint(0, 400) for _ in range(6)], np.int32))  # fmt: skip
        how = {"profile": Profile.WALK, "speed_m_s": 1.33}
        _, found = streets.spread(starts, to, walk_s_max=walk_s_max, limit_s=700, **how)
        lat, lon = streets._stop_lat, streets._stop_lon
        begins = [(35.003, 140.003, 0)]
        begins += [(lat[s], lon[s], int(t)) for s, t in zip(starts.stop, starts.seconds, strict=True)]
        for k in range(25):
            ways = [(t, streets.path((a, b), (to[0][k], to[1][k]), **how)) for a, b, t in begins]
            there = [t + w.duration_s for t, w in ways if w is not None and w.duration_s <= walk_s_max]
            best = min((s for s in there if s <= 700), default=NOWHERE)
            assert found[k] == best, f"seed {seed}, target {k}"
            longer = min((t + w.duration_s for t, w in ways if w is not None), default=NOWHERE)
            bound += longer != best
        walked = streets.walks(35.003, 140.003, to, limit_s=walk_s_max, **how)
        alone = [streets.path((35.003, 140.003), (a, b), **how) for a, b in targets]
        assert walked.tolist() == [
            w.duration_s if w is not None and w.duration_s <= walk_s_max else NOWHERE for w in alone
        ]
    assert walk_s_max > 200 or bound > 20  # the limit of a walk decided something


def test_the_flood_over_a_graph_is_networkx_dijkstra_where_walks_have_no_limit():
    from routing.kernels.flood import flood
    from routing.kernels.street import INFINITE

    for seed in range(20):
        streets = town(seed + 100)
        graph, view = streets.graph, streets._view(Profile.WALK)
        ways = nx.MultiDiGraph()
        ways.add_nodes_from(range(len(graph.node_lat)))
        for u, v, metres in zip(
            graph.edge_from.tolist(), graph.edge_to.tolist(), view.ground.along.tolist(), strict=True
        ):
            ways.add_edge(u, v, metres=metres)
            ways.add_edge(v, u, metres=metres)
        edge = np.array([0, 5], np.int32)
        begin = {}
        for k, late in ((0, 0.0), (5, 90.0)):
            for node in (int(graph.edge_from[k]), int(graph.edge_to[k])):
                begin[node] = min(begin.get(node, math.inf), late * 1.33 + 0.5 * float(view.ground.along[k]))
        ways.add_node("start")
        for node, metres in begin.items():
            ways.add_edge("start", node, metres=metres)
        expected = nx.single_source_dijkstra_path_length(ways, "start", weight="metres")
        node_s, node_m, none = np.empty(len(graph.node_lat)), np.empty(len(graph.node_lat)), np.empty(12)
        half, zero = np.full(2, 0.5), np.zeros(2)
        flood(view.ground, view.attached, edge, half, zero, np.array([0.0, 90.0]), 1.33, 1e9, 1e9,
              node_s, node_m, none)  # fmt: skip
        for node in range(len(node_s)):
            if node in expected:
                assert node_s[node] == pytest.approx(expected[node] / 1.33)
            else:
                assert node_s[node] == INFINITE


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime(2026, 11, 25, 8, 3, tzinfo=TOKYO)


def some_points(area: Area, count: int) -> list[Point]:
    places = [p for p in area.places.places if area.planner.network.streets.on_map(p.lat, p.lon)]
    chosen = random.Random(3).sample(places, count)
    return [Point(p.lat, p.lon, "", p.stop_ids if k % 2 else ()) for k, p in enumerate(chosen)]


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("profile", [Profile.WALK, Profile.WHEELCHAIR])
def test_a_matrix_says_what_the_planner_says_of_every_pair(area: Area, arrive_by: bool, profile: Profile):
    points = some_points(area, 7)
    query = Query(points[0], points[0], AT, arrive_by=arrive_by, profile=profile, walk_s_max=900)
    limit_s = 3600
    rows = list(matrix(area.planner, query, points, points, limit_s))
    reached_pairs = 0
    for row, origin in zip(rows, points, strict=True):
        for found, goal in zip(row.tolist(), points, strict=True):
            if origin is goal:
                assert found == 0
                continue
            journeys = area.planner.plan(replace(query, origin=origin, destination=goal))
            edges = [
                area.planner.instant(j.service_date, j.departure_s if arrive_by else j.arrival_s)
                for j in journeys
                if any(leg.mode != "walk" for leg in j.legs) or j.arrival_s - j.departure_s <= 900
            ]
            taken = [int(abs((edge - AT).total_seconds())) for edge in edges]
            best = min(taken, default=NOWHERE)
            assert found == (best if best <= limit_s else NOWHERE)
            reached_pairs += found != NOWHERE
    assert reached_pairs > 20


def test_an_isochrone_holds_what_the_planner_reaches_and_not_what_it_does_not(area: Area):
    points = some_points(area, 60)
    where = (np.array([p.lat for p in points]), np.array([p.lon for p in points]))
    query = Query(points[0], points[0], AT, walk_s_max=900)
    query = replace(query, origin=replace(query.origin, stop_ids=()))
    found = reached(area.planner, query, 1500, where)
    surface = found.surface
    inside = 0
    assert found.point_s[0] == 0
    for k, point in enumerate(points[1:], 1):
        bare = replace(point, stop_ids=())
        journeys = area.planner.plan(replace(query, destination=bare))
        taken = [
            (area.planner.instant(j.service_date, j.arrival_s) - AT).total_seconds() for j in journeys
            if any(leg.mode != "walk" for leg in j.legs) or j.arrival_s - j.departure_s <= 900
        ]  # fmt: skip
        best = min(taken, default=math.inf)
        assert found.point_s[k] == (best if best <= 1500 else NOWHERE)
        row = int(np.abs(surface.lat - point.lat).argmin())
        column = int(np.abs(surface.lon - point.lon).argmin())
        outside = not (surface.lat[0] <= point.lat <= surface.lat[-1]
                       and surface.lon[0] <= point.lon <= surface.lon[-1])  # fmt: skip
        cell = math.inf if outside else surface.seconds[row, column]
        near = surface.seconds[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4]
        if best <= 1380:
            assert near.min() <= 1500
            inside += 1
        if best > 1800:
            assert cell > 1500
    assert inside > 10


def test_without_a_timetable_only_walks_reach(area: Area):
    points = some_points(area, 2)
    query = Query(points[0], points[0], AT)
    on_foot = reached(area.planner, query, 600, (np.empty(0), np.empty(0)), transit=False)
    own = {s for p in points[0].stop_ids for s in (area.planner.network.stop_index[p],)}
    assert {int(s) for s in np.flatnonzero(on_foot.stop_s >= 0)} >= own
    assert np.isfinite(on_foot.surface.seconds).any()
    with pytest.raises(NoService):
        list(matrix(area.planner, replace(query, at=AT.replace(year=2040)), points, points, 600))
