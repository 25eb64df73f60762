"""Any feed in, the same feed out; versions only where something changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from feeds_world import ADMIN, CLERK, FILES, RIVAL, feed_zip, open_house
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from gtfs.publish.package import read_package, zipped
from maas.feeds import store
from maas.feeds.errors import NotYours, UnknownFeed, Unreadable
from maas.feeds.house import House
from maas.feeds.tables import blob

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
FEEDS = sorted(p.relative_to(DATA).as_posix() for p in DATA.rglob("*.zip"))


@pytest.fixture
def house(sql_url: str) -> Iterator[House]:
    made = open_house(sql_url)
    yield made
    made.database.close()


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist()}


def test_every_file_comes_out_as_it_went_in_and_in_its_order(house: House, tmp_path: Path) -> None:
    stored = house.import_file("baybus", feed_zip(tmp_path), CLERK, reason="first", name="autumn.zip")
    out = house.export("baybus", 1)
    assert contents(out) == {name: text.encode() for name, text in FILES.items()}
    assert list(contents(out)) == list(FILES)
    assert house.export("baybus", 1) == out
    assert (stored.new, stored.version.author, stored.version.reason) == (True, "clerk", "first")
    assert stored.version.facts["rows"]["stop_times.txt"] == 9
    assert stored.version.facts["first_date"] == "20261101"


def test_the_same_files_packed_by_another_program_make_no_version(house: House, tmp_path: Path) -> None:
    house.import_file("baybus", feed_zip(tmp_path), CLERK)
    again = house.import_file("baybus", feed_zip(tmp_path, level=1), CLERK)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, body in FILES.items():
        (folder / name).write_text(body, encoding="utf-8", newline="")
    unpacked = house.import_file("baybus", folder, CLERK)
    assert (again.new, unpacked.new) == (False, False)
    with house.database.read() as connection:
        assert len(store.versions(connection, "baybus")) == 1


def test_a_file_that_two_versions_share_is_kept_once(house: House, tmp_path: Path) -> None:
    house.import_file("baybus", feed_zip(tmp_path), CLERK)
    house.import_file("baybus", feed_zip(tmp_path, fare_rules="fare_id\nF\n"), CLERK)
    with house.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(blob)).scalar_one() == len(FILES) + 1
        assert [v.number for v in store.versions(connection, "baybus")] == [2, 1]
    assert contents(house.export("baybus", 1))["fare_rules.txt"].decode() == FILES["fare_rules.txt"]


def test_what_is_no_feed_is_refused_and_leaves_nothing(house: House, tmp_path: Path) -> None:
    bomb, outside, junk = tmp_path / "bomb.zip", tmp_path / "out.zip", tmp_path / "junk.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", b"0" * 50_000_000)
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../../etc/stops.txt", "stop_id\n1\n")
    junk.write_bytes(b"PK\x03\x04 no zip at all")
    empty = feed_zip(tmp_path, **dict.fromkeys(FILES), **{"read.me": "x"})
    for path, said in ((bomb, "zip bomb"), (outside, "outside"), (junk, "whole zip"), (empty, "no table")):
        with pytest.raises(Unreadable, match=said):
            house.import_file("baybus", path, CLERK)
    with house.database.read() as connection:
        assert store.versions(connection, "baybus") == []
        assert connection.execute(select(func.count()).select_from(blob)).scalar_one() == 0


def test_only_who_publishes_for_the_organisation_may_hand_in(house: House, tmp_path: Path) -> None:
    path = feed_zip(tmp_path)
    with pytest.raises(NotYours):
        house.import_file("baybus", path, RIVAL)
    with pytest.raises(UnknownFeed, match="no feed has the id 'nobus'"):
        house.import_file("nobus", path, ADMIN)
    assert house.import_file("baybus", path, ADMIN).new


@pytest.mark.parametrize("table", ["feed_event", "feed_version", "feed_file"])
def test_history_cannot_be_rewritten(house: House, tmp_path: Path, table: str) -> None:
    house.import_file("baybus", feed_zip(tmp_path), CLERK)
    with pytest.raises(DBAPIError, match="append-only"), house.database.write() as connection:
        connection.execute(text(f"DELETE FROM {table}"))


def test_a_table_in_shift_jis_stays_and_is_read_by_its_encoding(house: House, tmp_path: Path) -> None:
    stops = FILES["stops.txt"].encode("cp932")
    path = feed_zip(tmp_path, stops=stops)
    with pytest.raises(Unreadable, match="Shift_JIS"):
        house.import_file("baybus", path, CLERK)
    house.import_file("baybus", path, CLERK, encoding="cp932")
    assert contents(house.export("baybus", 1))["stops.txt"] == stops
    assert house.feed("baybus", 1).table("stops")["stop_name"][0] == "海浜幕張駅"


@pytest.mark.parametrize("name", FEEDS)
def test_every_real_feed_comes_out_byte_for_byte(name: str) -> None:
    package = read_package(DATA / name)
    with zipfile.ZipFile(DATA / name) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir()]
        for member in package.members:
            info = next(i for i in infos if i.filename.rsplit("/", 1)[-1] == member.name)
            assert member.data() == archive.read(info)
    if sum(m.size for m in package.members) < 3_000_000:
        out = zipped((m.name, m.data()) for m in package.members)
        assert contents(out) == {m.name: m.data() for m in package.members}
        assert out == zipped((m.name, m.data()) for m in package.members)
