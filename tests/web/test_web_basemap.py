"""The area's own map: what is in its tiles."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import msgspec
import pytest
import shapely

from maas.basemap.build import build_tiles
from maas.basemap.coast import sea_of
from maas.basemap.features import Feature, Label
from maas.basemap.poster import HEIGHT, WIDTH, Poster, draw_poster
from maas.basemap.sources import features_of
from maas.basemap.tiles import Tiles
from maas.errors import AreaError

STATION = Label(
    "station", {"": "海浜幕張", "en": "Kaihin-Makuhari", "ko": "가이힌마쿠하리"}, 35.6483, 140.0418, 1.0
)
FAR_AWAY = Label("station", {"": "東京"}, 35.6813, 139.767)


def layers_of(data: bytes | None) -> dict[str, list[dict[str, Any]]]:
    assert data is not None
    decoded = mapbox_vector_tile.decode(gzip.decompress(data))
    return {name: [f["properties"] for f in layer["features"]] for name, layer in decoded.items()}


def all_of(tiles: Tiles, zoom: int, x_range: range, y_range: range) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for x in x_range:
        for y in y_range:
            data = tiles.tile(zoom, x, y)
            for layer, features in (layers_of(data) if data else {}).items():
                found.setdefault(layer, []).extend(features)
    return found


@pytest.fixture(scope="module")
def features(root: Path) -> list[Feature]:
    area = root / "areas" / "makuhari"
    streets, landcover = area / "streets.geojson", area / "landcover.geojson"
    return features_of(streets=streets, landcover=landcover, labels=[STATION, FAR_AWAY])


@pytest.fixture(scope="module")
def drawn(features: list[Feature], tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    out = tmp_path_factory.mktemp("map") / "basemap.pmtiles"
    assert build_tiles(out, features)
    return Tiles(out)


def test_the_sample_area_shows_land_water_streets_rail_and_names(drawn: Tiles) -> None:
    found = all_of(drawn, 15, range(29126, 29136), range(12892, 12912))
    assert set(found) == {"land", "place", "rail", "road", "water"}
    assert {"park", "beach", "building"} <= {f["class"] for f in found["land"]}
    assert {"major", "middle", "minor", "path"} == {f["class"] for f in found["road"]}
    assert any(f.get("steps") for f in found["road"])
    streets = {f.get("name"): f.get("name_en") for f in found["road"]}
    assert streets["国際大通り"]


def test_names_that_only_the_timetable_knows_are_on_the_map_in_their_languages(drawn: Tiles) -> None:
    found = all_of(drawn, 11, range(1819, 1823), range(804, 809))
    stations = [f for f in found["place"] if f["class"] == "station"]
    assert [(s["name"], s["name_en"], s["name_ko"]) for s in stations] == [
        ("海浜幕張", "Kaihin-Makuhari", "가이힌마쿠하리")
    ]
    assert "name_zh" not in stations[0]


def test_far_out_only_what_is_large_is_drawn(drawn: Tiles) -> None:
    found = all_of(drawn, 10, range(909, 912), range(402, 405))
    assert {f["class"] for f in found["road"]} == {"major"}
    assert "building" not in {f["class"] for f in found["land"]}


def test_a_tile_that_is_not_there_is_none(drawn: Tiles) -> None:
    assert drawn.tile(15, 0, 0) is None
    assert drawn.tile(30, 0, 0) is None
    assert drawn.tile(3, 9, 0) is None
    assert drawn.tile(10, -1, 403) is None


def test_a_city_from_an_extract_within_twenty_seconds(shared: Path, tmp_path: Path) -> None:
    begun = time.process_time()
    out = tmp_path / "basemap.pmtiles"
    features = features_of(osm=shared / "data" / "porto_alegre" / "poa_osm.pbf")
    assert build_tiles(out, features)
    draw_poster(tmp_path / "poster.json", features, (-51.22, -30.03))
    assert time.process_time() - begun <= 20
    tiles = Tiles(out)
    found = all_of(tiles, 14, range(5858, 5865), range(9623, 9631))
    assert {"land", "place", "rail", "road", "water"} <= set(found)
    names = {f.get("name") for f in found["place"]}
    assert {"Mercado", "Rodoviária", "São Pedro"} <= names, "the stations of the extract are named"
    small = (tmp_path / "poster.json").stat().st_size
    assert small <= 80_000, "the picture of a city's centre is small, too"
    poster = msgspec.json.decode((tmp_path / "poster.json").read_bytes(), type=Poster)
    assert {"water", "rail", "major", "middle"} <= set(poster.paths)


def test_the_picture_lies_where_the_map_will(features: list[Feature], tmp_path: Path) -> None:
    draw_poster(tmp_path / "poster.json", features, (STATION.lon, STATION.lat))
    poster = msgspec.json.decode((tmp_path / "poster.json").read_bytes(), type=Poster)
    station = next(one for one in poster.names if one.names["en"] == "Kaihin-Makuhari")
    assert (station.x, station.y) == (WIDTH // 2, HEIGHT // 2), (
        "the middle of the picture is the middle asked for"
    )
    assert {"park", "water", "building", "rail", "major", "middle", "minor"} <= set(poster.paths)
    # the map's own measure: 512 pixels for the world at zoom 0, twice as many with each zoom
    assert poster.px_m * 40_075_016.7 == pytest.approx(512 * 2**13.6, rel=1e-6)
    for one, other in itertools.combinations(poster.names, 2):
        assert abs(one.x - other.x) >= 84 or abs(one.y - other.y) >= 18, "names do not cover one another"


def test_nothing_to_draw_writes_nothing(tmp_path: Path) -> None:
    assert not build_tiles(tmp_path / "basemap.pmtiles", features_of(labels=[STATION]))
    assert not (tmp_path / "basemap.pmtiles").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1 column 2"),
        ("{}", "no list `features`"),
        (json.dumps({"features": [{"properties": {"kind": "park"}}]}), "feature 1: no usable geometry"),
        (json.dumps({"features": [7]}), "feature 1: no usable geometry"),
    ],
)
def test_a_broken_drawing_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "land.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AreaError, match=f"land.geojson.*{said}"):
        features_of(landcover=path)


FRAME = (0.0, 0.0, 10.0, 10.0)
SHORE = shapely.LineString([(-1, 4), (5, 4), (11, 4)])  # runs east: land to the north, sea to the south


def area_of(coast: list[shapely.LineString]) -> float:
    return sum(face.area for face in sea_of(coast, FRAME))


def test_the_sea_lies_right_of_the_shore() -> None:
    assert area_of([SHORE]) == pytest.approx(40)
    assert area_of([shapely.reverse(SHORE)]) == pytest.approx(60)


def test_a_shore_in_pieces_is_one_shore_and_islands_stay_dry() -> None:
    pieces = [shapely.LineString([(5, 4), (11, 4)]), shapely.LineString([(-1, 4), (5, 4)])]
    island = shapely.LineString([(2, 1), (4, 1), (4, 3), (2, 3), (2, 1)])  # anticlockwise: land inside
    assert area_of(pieces) == pytest.approx(40)
    assert area_of([*pieces, island]) == pytest.approx(36)


def test_a_shore_cut_short_floods_nothing() -> None:
    assert area_of([shapely.LineString([(-1, 4), (5, 4)])]) == 0
    assert area_of([shapely.LineString([(-5, 20), (20, 20)])]) == 0
