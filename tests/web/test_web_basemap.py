"""The area's own map: what is in its tiles."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely

from maas.basemap.build import Label, build_tiles
from maas.basemap.coast import sea_of
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
def drawn(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    out = tmp_path_factory.mktemp("map") / "basemap.pmtiles"
    area = root / "areas" / "makuhari"
    assert build_tiles(
        out,
        streets=area / "streets.geojson",
        landcover=area / "landcover.geojson",
        labels=[STATION, FAR_AWAY],
    )
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
    assert build_tiles(out, osm=shared / "data" / "porto_alegre" / "poa_osm.pbf")
    assert time.process_time() - begun <= 20
    tiles = Tiles(out)
    found = all_of(tiles, 14, range(5858, 5865), range(9623, 9631))
    assert {"land", "place", "rail", "road", "water"} <= set(found)
    names = {f.get("name") for f in found["place"]}
    assert {"Mercado", "Rodoviária", "São Pedro"} <= names, "the stations of the extract are named"


def test_nothing_to_draw_writes_nothing(tmp_path: Path) -> None:
    assert not build_tiles(tmp_path / "basemap.pmtiles", labels=[STATION])
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
        build_tiles(tmp_path / "basemap.pmtiles", landcover=path)


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
