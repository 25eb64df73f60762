"""The sample area is a map that a resident would recognise, and a timetable near the real counts."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gtfs.authoring import SourceError, compile_timetable
from gtfs.model.schedule import Schedule
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import write_feed
from maas.area.config import read_config
from maas.area.shapes import along_streets
from routing.query import Profile
from routing.shapes import Drawings
from routing.street.graph import step_m
from routing.street.network import check, compile_network, read_network
from routing.street.router import StreetRouter


@pytest.fixture(scope="session")
def folder(root: Path) -> Path:
    return root / "areas" / "makuhari"


@pytest.fixture(scope="session")
def feed_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "makuhari.zip"
    write_feed(compile_timetable(folder / "timetable"), path)
    return path


@pytest.fixture(scope="session")
def schedule(feed_path: Path) -> Schedule:
    feed = read_feed(feed_path)
    made = to_schedule(feed, strict=True)
    assert feed.problems == []
    return made


def test_it_says_that_it_is_approximate(folder: Path) -> None:
    config = read_config(folder)
    assert "見本" in config.notice["ja"]
    assert any("ODbL" in a for a in config.attributions)


def test_the_streets_are_one_network_of_hundreds_of_junctions(folder: Path) -> None:
    network = read_network(folder / "streets.geojson")
    assert network.number_of_nodes() >= 500
    assert [f for f in check(network) if f.kind == "island"] == []


def test_the_named_streets_are_there(folder: Path) -> None:
    _, names = compile_network(read_network(folder / "streets.geojson"))
    assert {
        "国際大通り", "メッセ大通り", "ハイテク通り", "公園大通り", "海浜大通り", "センターストリート",
        "花見川通り", "バレンタイン通り", "打瀬中通り", "美浜プロムナード",
    } <= set(names)  # fmt: skip


def test_every_place_and_stop_lies_near_a_street_within_the_box(folder: Path, schedule: Schedule) -> None:
    graph, _ = compile_network(read_network(folder / "streets.geojson"))
    router = StreetRouter(graph, schedule.stops.lat, schedule.stops.lon)
    west, south, east, north = read_config(folder).bbox or (0, 0, 0, 0)
    for name in ("places.csv", "docks.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                lat, lon = float(row["lat"]), float(row["lon"])
                assert west <= lon <= east, f"{name}: {row['name']}"
                assert south <= lat <= north, f"{name}: {row['name']}"
                assert router.snapped(lat, lon, Profile.WALK), (
                    f"{name}: {row['name']} is nowhere near a street"
                )


def test_one_can_walk_from_the_station_to_the_stadium_and_roll_to_messe(folder: Path) -> None:
    graph, _ = compile_network(read_network(folder / "streets.geojson"))
    nowhere = np.empty(0)
    router = StreetRouter(graph, nowhere, nowhere)
    station, stadium, messe = (35.6483, 140.0418), (35.6455, 140.0315), (35.6478, 140.0350)
    walk = router.path(station, stadium, profile=Profile.WALK, speed_m_s=1.33)
    roll = router.path(station, messe, profile=Profile.WHEELCHAIR, speed_m_s=1.1)
    assert walk is not None
    assert 1000 < walk.distance_m < 2200
    assert roll is not None


def calls(schedule: Schedule, station: str, routes: set[str], day: date) -> int:
    running = schedule.services.on(day)[schedule.trips.service]
    trip = np.repeat(np.arange(len(schedule.trips.ids)), np.diff(schedule.stop_times.offsets))
    wanted = {k for k, r in enumerate(schedule.routes.ids) if r in routes}
    here = {k for k, s in enumerate(schedule.stops.ids) if s.startswith(f"{station}-")}
    on_route = np.isin(schedule.trips.route[trip], list(wanted))
    return int((running[trip] & on_route & np.isin(schedule.stop_times.stop, list(here))).sum())


@pytest.mark.parametrize(
    ("station", "routes", "real"),
    [
        ("kaihin_makuhari", {"keiyo"}, 268),
        ("kaihin_makuhari", {"musashino"}, 68),
        ("makuhari_toyosuna", {"keiyo", "musashino"}, 223),
        ("makuhari", {"sobu"}, 281),
        ("makuhari_hongo", {"sobu"}, 281),
        ("keisei_makuhari", {"keisei_chiba"}, 208),
    ],
)
def test_weekday_trains_are_near_the_real_counts(
    schedule: Schedule, station: str, routes: set[str], real: int
) -> None:
    assert abs(calls(schedule, station, routes, date(2026, 11, 25)) - real) <= 0.1 * real


def test_holidays_run_the_holiday_timetable(schedule: Schedule) -> None:
    labour_thanksgiving = date(2026, 11, 23)  # a Monday
    weekday, holiday = (schedule.services.ids.index(s) for s in ("weekday", "holiday"))
    assert list(schedule.services.on(labour_thanksgiving)[[weekday, holiday]]) == [False, True]
    assert list(schedule.services.on(date(2026, 11, 24))[[weekday, holiday]]) == [True, False]


def test_names_are_in_four_languages_and_kana(schedule: Schedule) -> None:
    station = schedule.translations["stops", "stop_name", "kaihin_makuhari"]
    assert station == {
        "ja": "海浜幕張", "en": "Kaihin-Makuhari", "zh-Hans": "海滨幕张", "ko": "가이힌마쿠하리",
        "ja-Hrkt": "かいひんまくはり",
    }  # fmt: skip


def test_the_canonical_rules_find_no_error(feed_path: Path) -> None:
    import gtfs_guru

    result = gtfs_guru.validate(str(feed_path))
    assert [n.code for n in result.notices if str(n.severity).upper() == "ERROR"] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("stops.csv", "35.6485,140.0417", "north,140.0417", "stops.csv, line"),
        ("stops.csv", "id,kind,name", "id,kind,nom", "name"),
        ("lines.toml", '"05:00-06:20/16"', '"5-6/16"', "5-6/16"),
        ("lines.toml", 'fare = "jr"', 'fare = "gold"', "gold"),
        ("lines.toml", '"b_messe"', '"b_mess"', "b_mess"),
        ("feed.toml", "start = 2026-04-01", "start = soon", "feed.toml"),
    ],
)
def test_a_wrong_source_is_named(
    folder: Path, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    for source in (folder / "timetable").iterdir():
        text = source.read_text(encoding="utf-8")
        if source.name == name:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / source.name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        compile_timetable(tmp_path)


def test_landcover_knows_the_sea(folder: Path) -> None:
    collection = json.loads((folder / "landcover.geojson").read_text(encoding="utf-8"))
    kinds = {f["properties"]["kind"] for f in collection["features"]}
    assert {"sea", "beach", "park", "river", "building", "rail"} <= kinds


def test_buses_are_drawn_along_the_streets(folder: Path, schedule: Schedule) -> None:
    graph, _ = compile_network(read_network(folder / "streets.geojson"))
    drawn = along_streets(schedule, graph)
    bus = [k for k, t in enumerate(drawn.trips.ids) if t.startswith("baytown-")]
    assert (drawn.trips.shape[bus] >= 0).all()
    trip = bus[0]
    geometry = np.array(Drawings(drawn).ridden(trip, 0, 6)[0])
    assert len(geometry) > 20
    calls = drawn.stop_times.stop[drawn.stop_times.offsets[trip] : drawn.stop_times.offsets[trip + 1]]
    assert tuple(geometry[0]) == (drawn.stops.lat[calls[0]], drawn.stops.lon[calls[0]])
    assert 1500 < step_m(geometry[:, 0], geometry[:, 1]).sum() < 5000
    rail = [k for k, t in enumerate(drawn.trips.ids) if t.startswith("keiyo-")]
    assert (drawn.trips.shape[rail] == -1).all()


def test_the_shuttle_s_loop_is_about_1600_metres(folder: Path, schedule: Schedule) -> None:
    graph, _ = compile_network(read_network(folder / "streets.geojson"))
    drawn = along_streets(schedule, graph)
    trip = next(k for k, t in enumerate(drawn.trips.ids) if t.startswith("loop-"))
    geometry = np.array(Drawings(drawn).ridden(trip, 0, 4)[0])
    assert step_m(geometry[:, 0], geometry[:, 1]).sum() == pytest.approx(1600, rel=0.1)
    lat, lon = geometry[:, 0] - geometry[:, 0].mean(), geometry[:, 1] - geometry[:, 1].mean()
    turned = np.sum(lon[:-1] * lat[1:] - lon[1:] * lat[:-1])
    assert turned > 0, "anticlockwise"
