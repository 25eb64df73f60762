"""A network comes back from its folder as it went in, or the folder is refused with the way out."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.feed_text import schedule_of

from routing.adapters.osm import read_osm
from routing.adapters.snapshot import FORMAT, SnapshotError, open_network, save_network
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Query

FEED = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,朝,35.0000,140.0000
"B,2","Bora
Nord",35.0500,140.0000
[trips]
trip_id,route_id,shape_id
a1,R,s
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_headsign
a1,A,8:00,8:00,Bora
a1,"B,2",8:10,8:10,
[shapes]
shape_id,shape_pt_lat,shape_pt_lon
s,35.00,140.00
s,35.02,140.01
s,35.05,140.00
[translations]
table_name,field_name,language,translation,record_id
stops,stop_name,en,Asa,A
"""
AT = datetime(2026, 11, 25, 7, 50, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_network(build_network(schedule_of(FEED.replace("Bora\nNord", "Bora Nord"))), tmp_path / "network")
    return tmp_path / "network"


def assert_same(a: object, b: object) -> None:
    if isinstance(a, np.ndarray):
        assert isinstance(b, np.ndarray)
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    elif is_dataclass(a) and not isinstance(a, type):
        assert type(a) is type(b)
        for field in fields(a):
            assert_same(getattr(a, field.name), getattr(b, field.name))
    elif hasattr(a, "_asdict"):
        for part, other in zip(a, b, strict=True):  # type: ignore[call-overload]
            assert_same(part, other)
    else:
        assert a == b


def test_everything_comes_back(folder: Path):
    built, opened = build_network(schedule_of(FEED.replace("Bora\nNord", "Bora Nord"))), open_network(folder)
    for name in ("schedule", "timetable", "walks", "graph", "street_names"):
        assert_same(getattr(built, name), getattr(opened, name))
    query = Query(Point(35.0, 140.0, "a"), Point(35.05, 140.0, "b"), AT, lang="en")
    assert Planner(opened).plan(query) == Planner(built).plan(query) != []


def test_streets_come_back(tmp_path: Path, shared: Path):
    streets, names = read_osm(shared / "data" / "porto_alegre" / "poa_osm.pbf")
    schedule = schedule_of(FEED.replace("Bora\nNord", "Bora Nord"))
    save_network(Network(schedule, *_bare(schedule), streets, names), tmp_path / "n")
    opened = open_network(tmp_path / "n")
    assert opened.graph is not None
    assert_same(streets, opened.graph)
    assert opened.street_names == names


def _bare(schedule):
    network = build_network(schedule)
    return network.timetable, network.walks


def test_arrays_are_shared_and_cannot_be_written(folder: Path):
    times = open_network(folder).timetable.arrival
    assert isinstance(times.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        times[0] = 1


def test_saving_again_replaces_the_folder_and_leaves_nothing_beside_it(folder: Path):
    save_network(open_network(folder), folder)
    assert [p.name for p in folder.parent.iterdir()] == ["network"]
    assert open_network(folder).schedule.stops.names == ("朝", "Bora Nord")


def test_a_missing_folder_is_told(tmp_path: Path):
    with pytest.raises(SnapshotError, match=r"there is no network here\. Run: maas area build"):
        open_network(tmp_path / "nothing")


def test_another_version_is_told(folder: Path):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": FORMAT + 1}), "utf-8")
    with pytest.raises(
        SnapshotError, match=rf"another version \(format {FORMAT + 1}, this one reads {FORMAT}\)"
    ):
        open_network(folder)


@pytest.mark.parametrize("kind", ["npy", "txt", "json"])
def test_damage_is_told(folder: Path, kind: str):
    files = sorted(p for p in folder.rglob(f"*.{kind}") if p.stat().st_size > 8)
    assert files
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(whole[:-3])
        with pytest.raises(SnapshotError, match=r"damaged.*Run: maas area build"):
            open_network(folder)
        path.write_bytes(whole)
    open_network(folder)


def test_a_missing_file_is_told(folder: Path):
    (folder / "timetable.arrival.npy").unlink()
    with pytest.raises(SnapshotError, match=r"timetable\.arrival\.npy"):
        open_network(folder)
