"""A real extract: the same distances as NetworkX, both kinds of streets behind one port."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from routing.adapters.osm import ExtractError, read_osm
from routing.ports import Streets
from routing.query import Profile
from routing.street.beeline import BeelineStreets
from routing.street.graph import StreetGraph, step_m
from routing.street.profiles import costs
from routing.street.router import StreetRouter

WALK = {"profile": Profile.WALK, "speed_m_s": 1.33}


@pytest.fixture(scope="session")
def graph(shared: Path) -> StreetGraph:
    return read_osm(shared / "data" / "porto_alegre" / "poa_osm.pbf")[0]


@pytest.fixture(scope="session")
def stops(graph: StreetGraph) -> tuple[np.ndarray, np.ndarray]:
    chosen = np.random.default_rng(3).choice(np.flatnonzero(graph.component == 0), 300, replace=False)
    return graph.node_lat[chosen] + 1e-4, graph.node_lon[chosen]


@pytest.fixture(params=["streets", "known", "beeline"])
def ground(
    request: pytest.FixtureRequest, graph: StreetGraph, stops: tuple[np.ndarray, np.ndarray]
) -> Streets:
    if request.param == "beeline":
        return BeelineStreets(*stops)
    router = StreetRouter(graph, *stops)
    return router if request.param == "streets" else StreetRouter(graph, *stops, router.near())


def test_the_extract_is_one_city(graph: StreetGraph) -> None:
    assert len(graph.edge_from) > 20_000
    assert (graph.component == 0).mean() > 0.95
    assert 1_500 < graph.edge_length_m.sum() / 1e3 < 2_500


def test_distances_are_those_of_networkx(graph: StreetGraph) -> None:
    along, back = costs(graph, Profile.WALK)
    peer = nx.DiGraph()
    for e, (u, v) in enumerate(zip(graph.edge_from.tolist(), graph.edge_to.tolist(), strict=True)):
        for a, b, cost in ((u, v, float(along[e])), (v, u, float(back[e]))):
            if np.isfinite(cost) and cost < peer.get_edge_data(a, b, {"cost": np.inf})["cost"]:
                peer.add_edge(a, b, cost=cost)
    rng = np.random.default_rng(7)
    walkable = [n for n in np.flatnonzero(graph.component == 0).tolist() if n in peer and peer.degree(n) > 2]
    origin, *targets = rng.choice(walkable, 80, replace=False).tolist()
    router = StreetRouter(graph, graph.node_lat[targets], graph.node_lon[targets])
    reach = router.reach(
        float(graph.node_lat[origin]), float(graph.node_lon[origin]),
        profile=Profile.WALK, speed_m_s=1.0, limit_s=40_000,
    )  # fmt: skip
    expected = nx.single_source_dijkstra_path_length(peer, origin, weight="cost")
    ours = dict(zip(reach.stop.tolist(), reach.distance_m.tolist(), strict=True))
    assert len(ours) > 60
    for stop, metres in ours.items():
        assert metres == pytest.approx(expected[targets[stop]], abs=1.0)


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.CYCLE, Profile.SHUTTLE])
def test_ways_are_the_shortest_and_drawn_along_their_streets(
    graph: StreetGraph, stops: tuple[np.ndarray, np.ndarray], profile: Profile
) -> None:
    router = StreetRouter(graph, *stops)
    found = 0
    for origin in range(5):
        start = (float(stops[0][origin]), float(stops[1][origin]))
        reach = router.reach(*start, profile=profile, speed_m_s=1.0, limit_s=60_000)
        expected = dict(zip(reach.stop.tolist(), reach.duration_s.tolist(), strict=True))
        for stop in range(5, 60):
            end = (float(stops[0][stop]), float(stops[1][stop]))
            way = router.path(start, end, profile=profile, speed_m_s=1.0)
            assert (way is None) == (stop not in expected)
            if way is None:
                continue
            found += 1
            assert way.duration_s == expected[stop]
            line = np.array(way.geometry)
            assert (tuple(line[0]), tuple(line[-1])) == (start, end)
            assert step_m(line[:, 0], line[:, 1]).sum() == pytest.approx(way.distance_m)
            if profile is Profile.CYCLE:  # all of whose metres count alike
                assert way.distance_m == pytest.approx(way.duration_s, rel=2e-3, abs=2.0)
            limit_s = way.duration_s
            assert router.path(start, end, profile=profile, speed_m_s=1.0, limit_s=limit_s) == way
            assert router.path(start, end, profile=profile, speed_m_s=1.0, limit_s=limit_s - 1) is None
    assert found > 200


def test_what_is_looked_up_is_what_is_searched(
    graph: StreetGraph, stops: tuple[np.ndarray, np.ndarray]
) -> None:
    searching = StreetRouter(graph, *stops)
    knowing = StreetRouter(graph, *stops, searching.near())
    rng = np.random.default_rng(12)
    told = 0
    for lat, lon in _around(graph, rng, 300):
        for limit_s, speed_m_s in ((300, 1.33), (1200, 1.0), (1800, 1.33), (1800, 2.0), (77, 0.7)):
            for profile in (Profile.WALK, Profile.WHEELCHAIR):
                asked = {"profile": profile, "speed_m_s": speed_m_s, "limit_s": limit_s}
                backward = bool(rng.integers(2))
                known = knowing.reach(lat, lon, **asked, backward=backward)
                found = searching.reach(lat, lon, **asked, backward=backward)
                assert known.stop.tolist() == found.stop.tolist()
                assert known.duration_s.tolist() == found.duration_s.tolist()
                assert known.distance_m == pytest.approx(found.distance_m, abs=1e-6)
                told += len(known.stop)
    assert told > 5_000


def test_a_way_that_is_known_is_the_way_that_is_searched(
    graph: StreetGraph, stops: tuple[np.ndarray, np.ndarray]
) -> None:
    searching = StreetRouter(graph, *stops)
    knowing = StreetRouter(graph, *stops, searching.near())
    at = list(zip(stops[0].tolist(), stops[1].tolist(), strict=True))
    rng = np.random.default_rng(21)
    drawn = asked = 0
    for point in [*_around(graph, rng, 200), *at[:50]]:
        origin = at.index(point) if point in at else -1
        near = searching.reach(*point, **WALK, limit_s=1800).stop
        for stop in rng.choice(near, min(6, len(near)), replace=False).tolist():
            for ends, known in (
                ((point, at[stop]), (-1, stop)), ((at[stop], point), (stop, -1)),
                ((point, at[stop]), (origin, stop)), ((at[stop], point), (stop, origin)),
            ):  # fmt: skip
                there, told = searching.path(*ends, **WALK), knowing.path(*ends, **WALK, stops=known)
                assert there is not None
                assert told is not None
                assert told.duration_s == there.duration_s
                assert (told.geometry[0], told.geometry[-1]) == ends
                drawn += len(told.geometry) == len(there.geometry) and bool(
                    np.allclose(told.geometry, there.geometry, atol=1e-9, rtol=0)
                )
                asked += 1
        far = (point[0] + 0.02, point[1])
        assert knowing.path(point, far, **WALK) == searching.path(point, far, **WALK)
    assert asked > 3_000
    assert drawn > 0.95 * asked, "but for ways that are as long"


def test_stops_themselves_are_reached_from_where_they_are(
    graph: StreetGraph, stops: tuple[np.ndarray, np.ndarray]
) -> None:
    knowing = StreetRouter(graph, *stops, StreetRouter(graph, *stops).near())
    for stop, (lat, lon) in enumerate(zip(stops[0].tolist(), stops[1].tolist(), strict=True)):
        reach = knowing.reach(lat, lon, **WALK, limit_s=300)
        gap = float(reach.distance_m[reach.stop == stop][0])
        to_street_m = knowing.street_near(lat, lon, Profile.WALK)[0]
        assert gap == pytest.approx(2 * to_street_m, abs=0.01), "there and back from the street, on one edge"


def _around(graph: StreetGraph, rng: np.random.Generator, n: int) -> list[tuple[float, float]]:
    """Points beside junctions, some of them far off."""
    nodes = rng.integers(0, len(graph.node_lat), n)
    lat = graph.node_lat[nodes] + rng.normal(0, 1e-3, n)
    lon = graph.node_lon[nodes] + rng.normal(0, 1e-3, n)
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def test_the_port_s_contract(ground: Streets, stops: tuple[np.ndarray, np.ndarray]) -> None:
    lat, lon = float(stops[0][0]), float(stops[1][0])
    near = ground.reach(lat, lon, **WALK, limit_s=600)
    far = ground.reach(lat, lon, **WALK, limit_s=1800)
    back = ground.reach(lat, lon, **WALK, limit_s=1800, backward=True)
    assert near.stop.dtype == np.int32
    assert 0 in near.stop
    assert (near.duration_s <= 600).all()
    assert set(near.stop) <= set(far.stop)
    assert np.array_equal(far.duration_s, back.duration_s), "walking is the same both ways"
    assert np.all(np.diff(far.stop) > 0)
    paths = ground.footpaths(**WALK, limit_s=600)
    assert paths.offsets.shape == (301,)
    origin = np.repeat(np.arange(300), np.diff(paths.offsets))
    assert not (origin == paths.target).any()
    pairs = set(zip(origin.tolist(), paths.target.tolist(), strict=True))
    assert pairs == {(b, a) for a, b in pairs}
    stop = int(far.stop[-1])
    path = ground.path((lat, lon), (float(stops[0][stop]), float(stops[1][stop])), **WALK)
    assert path is not None
    assert path.duration_s == far.duration_s[-1]
    assert path.geometry[0] == (lat, lon)
    assert ground.on_map(lat, lon)
    assert not ground.on_map(lat + 3.0, lon)


@pytest.mark.parametrize("cut", [0, 100, 50_000])
def test_a_truncated_extract_is_refused(shared: Path, tmp_path: Path, cut: int) -> None:
    whole = (shared / "data" / "porto_alegre" / "poa_osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[:cut])
    with pytest.raises(ExtractError, match=r"cut\.osm\.pbf"):
        read_osm(tmp_path / "cut.osm.pbf")


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="no such file"):
        read_osm(tmp_path / "none.osm.pbf")
