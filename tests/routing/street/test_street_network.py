"""Streets drawn by hand: where lines meet, who may go where, and the shortest way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from routing.ports import Starts
from routing.query import Profile
from routing.street import tags
from routing.street.graph import EARTH_M, Way, assemble
from routing.street.network import StreetsError, check, compile_network, read_network
from routing.street.router import StreetRouter

LAT0, LON0 = 35.65, 140.04
M_NORTH = np.degrees(1 / EARTH_M)
M_EAST = M_NORTH / np.cos(np.radians(LAT0))


def at(x: float, y: float) -> tuple[float, float]:
    """(lat, lon) x metres east and y metres north of the origin."""
    return LAT0 + y * M_NORTH, LON0 + x * M_EAST


def streets(path: Path, *lines: tuple[list[tuple[float, float]], dict[str, Any]]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"highway": "residential"} | tags,
            "geometry": {"type": "LineString", "coordinates": [at(x, y)[::-1] for x, y in points]},
        }
        for points, tags in lines
    ]
    file = path / "streets.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def router(file: Path, *stops: tuple[float, float]) -> StreetRouter:
    graph, _ = compile_network(read_network(file))
    places = np.array([at(x, y) for x, y in stops]).reshape(-1, 2)
    return StreetRouter(graph, places[:, 0], places[:, 1])


def walk(
    r: StreetRouter, a: tuple[float, float], b: tuple[float, float], profile: str = "walk"
) -> int | None:
    path = r.path(at(*a), at(*b), profile=Profile(profile), speed_m_s=1.0)
    return None if path is None else path.duration_s


CROSS = [([(-500, 0), (500, 0)], {}), ([(0, -500), (0, 500)], {})]


def test_lines_that_cross_on_one_layer_are_a_junction(tmp_path: Path) -> None:
    r = router(streets(tmp_path, *CROSS))
    assert walk(r, (-400, 0), (0, 300)) == pytest.approx(700, abs=2)


def test_a_bridge_passes_over(tmp_path: Path) -> None:
    over = [([(-500, 0), (500, 0)], {}), ([(0, -500), (0, 500)], {"layer": "1", "bridge": "yes"})]
    graph = read_network(streets(tmp_path, *over))
    assert nx.number_weakly_connected_components(graph) == 2
    assert [f.kind for f in check(graph)] == ["island"]


def test_a_line_that_ends_on_another_meets_it(tmp_path: Path) -> None:
    r = router(streets(tmp_path, ([(-500, 0), (500, 0)], {}), ([(100, 0), (100, 400)], {})))
    assert walk(r, (-300, 0), (100, 200)) == pytest.approx(600, abs=2)


def test_two_points_on_one_street(tmp_path: Path) -> None:
    r = router(streets(tmp_path, *CROSS))
    assert walk(r, (100, 0), (350, 0)) == pytest.approx(250, abs=1)
    assert walk(r, (350, 0), (100, 0)) == pytest.approx(250, abs=1)


def test_a_car_obeys_a_one_way_street_and_a_walker_does_not(tmp_path: Path) -> None:
    block = [
        ([(0, 0), (300, 0)], {"oneway": "yes"}),
        ([(300, 0), (300, 300), (0, 300), (0, 0)], {}),
    ]
    r = router(streets(tmp_path, *block))
    assert walk(r, (250, 0), (50, 0)) == pytest.approx(200, abs=2)
    back = walk(r, (250, 0), (50, 0), "shuttle")
    assert back == pytest.approx(50 + 900 + 50, abs=3)


def test_a_wheelchair_goes_round_the_steps(tmp_path: Path) -> None:
    r = router(
        streets(
            tmp_path,
            ([(-200, 0), (0, 0)], {}),
            ([(0, 0), (0, 20)], {"highway": "steps"}),
            ([(0, 20), (0, 200)], {}),
            ([(-100, 0), (-100, 200), (0, 200)], {}),
        )
    )
    assert walk(r, (-50, 0), (0, 100)) == pytest.approx(50 + 20 * 1.5 + 80, abs=2)
    assert walk(r, (-50, 0), (0, 100), "wheelchair") == pytest.approx(50 + 200 + 100 + 100, abs=2)


def test_backward_reach_is_measured_from_the_stops(tmp_path: Path) -> None:
    loop = [([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0)], {"oneway": "yes"})]
    r = router(streets(tmp_path, *loop), (100, 0), (400, 200))

    def seconds(*, backward: bool) -> list[int]:
        reach = r.reach(*at(300, 0), profile=Profile.SHUTTLE, speed_m_s=1.0, limit_s=5000, backward=backward)
        return reach.duration_s.tolist()

    assert seconds(backward=False) == pytest.approx([1400, 300], abs=3)
    assert seconds(backward=True) == pytest.approx([200, 1300], abs=3)


def test_reach_footpaths_and_path_agree(tmp_path: Path) -> None:
    stops = [(-400, 10), (0, 300), (450, -5), (0, -480)]
    r = router(streets(tmp_path, *CROSS), *stops)
    paths = r.footpaths(profile=Profile.WALK, speed_m_s=1.3, limit_s=900)
    for k, stop in enumerate(stops):
        reach = r.reach(*at(*stop), profile=Profile.WALK, speed_m_s=1.3, limit_s=900)
        by_reach = dict(zip(reach.stop.tolist(), reach.duration_s.tolist(), strict=True))
        assert by_reach.pop(k) == pytest.approx(0, abs=16)
        entries = slice(int(paths.offsets[k]), int(paths.offsets[k + 1]))
        assert by_reach == dict(
            zip(paths.target[entries].tolist(), paths.duration_s[entries].tolist(), strict=True)
        )
        for other, duration in by_reach.items():
            path = r.path(at(*stop), at(*stops[other]), profile=Profile.WALK, speed_m_s=1.3)
            assert path is not None
            assert path.duration_s == duration


@pytest.mark.parametrize("one_way_first", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_who_stands_at_a_junction_leaves_and_arrives_whatever_street_is_one_way(
    *, one_way_first: bool, turned: bool
) -> None:
    # 1 is set down on whichever street comes first: 1-2, one way for cycles, or 1-3; a way round leads by 4.
    two_way = tags.FOOT | tags.PAVED | tags.CYCLE | tags.CYCLE_BACK
    one_way = two_way & ~(tags.CYCLE if turned else tags.CYCLE_BACK)
    first = [
        Way((1, 2), (35.0, 35.002), (140.0, 140.0), one_way, 30.0, -1),
        Way((1, 3), (35.0, 35.0), (140.0, 140.002), two_way, 30.0, -1),
    ]
    rest = [
        Way((2, 4, 3), (35.002, 35.002, 35.0), (140.0, 140.002, 140.002), two_way, 30.0, -1),
        Way((4, 10), (35.002, 35.002), (140.002, 140.003), two_way, 30.0, -1),
        Way(range(10, 60), [35.002 + 5e-5 * k for k in range(50)], [140.003] * 50, two_way, 30.0, -1),
    ]
    ways = (first if one_way_first else first[::-1]) + rest
    here, there = (35.0, 140.0), (35.0, 140.002)
    r = StreetRouter(assemble(ways), np.array([there[0], here[0]]), np.array([there[1], here[1]]))
    cycled = {"profile": Profile.CYCLE, "speed_m_s": 4.2}
    for ends in ((here, there), (there, here)):
        path = r.path(*ends, **cycled)
        assert path is not None
        assert path.duration_s == 44
    for backward in (False, True):
        assert r.reach(*here, **cycled, limit_s=900, backward=backward).duration_s.tolist() == [44, 0]
        to = (np.array([there[0]]), np.array([there[1]]))
        assert r.walks(*here, to, **cycled, limit_s=900, backward=backward).tolist() == [44]
        start = Starts(*here, np.empty(0, np.int32), np.empty(0, np.int32))
        _, seconds = r.spread(start, to, **cycled, walk_s_max=900, limit_s=900, backward=backward)
        assert seconds.tolist() == [44]


def test_far_from_every_street_is_off_the_map(tmp_path: Path) -> None:
    r = router(streets(tmp_path, *CROSS))
    assert r.on_map(*at(300, 300))
    assert not r.on_map(*at(3000, 3000))
    assert walk(r, (3000, 3000), (0, 0)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ('{"features": [{"geometry": {"type": "Point"}}]}', "feature 1, geometry"),
        ('{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2]]}}]}', "coordinates"),
        ('{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2], [1, 3]]}}]}', "highway"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "streets.geojson"
    file.write_text(text)
    with pytest.raises(StreetsError, match=said) as caught:
        read_network(file)
    assert "streets.geojson" in str(caught.value)
