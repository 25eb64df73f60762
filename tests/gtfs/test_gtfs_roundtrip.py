"""Every real feed: read, written and read again it is the same, whichever way it is read."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from gtfs.errors import FeedError
from gtfs.schedule.csv_rows import read_rows
from gtfs.schedule.csv_table import fast_table
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_feed
from gtfs.schedule.writer import table_bytes, write_feed

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FEEDS = sorted(p.relative_to(DATA).as_posix() for p in DATA.rglob("*.zip"))


def same(left: Feed, right: Feed) -> None:
    assert left.tables.keys() == right.tables.keys()
    for stem, table in left.tables.items():
        assert right.tables[stem].columns == table.columns
        assert right.tables[stem].equals(table), stem
    assert left.raw == right.raw


def test_there_are_feeds():
    assert len(FEEDS) > 60


@pytest.mark.parametrize("name", FEEDS)
def test_what_is_read_is_written_and_read_the_same(name, tmp_path):
    try:
        feed = read_feed(DATA / name, require=())
    except FeedError as error:
        pytest.fail(f"a feed of the collection is refused: {error}")
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_feed(feed, first)
    again = read_feed(first, require=())
    same(feed, again)
    if first.stat().st_size < 2_000_000:
        write_feed(again, second)
        assert first.read_bytes() == second.read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["gtfs_jp/unobus.zip", "hart.zip", "porto_alegre/poa_eptc.zip"])
def test_the_careful_way_reads_real_files_as_the_fast_one_does(name):
    compared = 0
    with zipfile.ZipFile(DATA / name) as archive:
        for member in archive.namelist():
            data = archive.read(member).removeprefix(b"\xef\xbb\xbf")
            fast = fast_table(data) if member.endswith(".txt") and data else None
            if fast is not None:
                careful, lines, problems = read_rows(member, data.decode())
                assert careful.equals(fast), member
                assert lines is None
                assert problems == []
                compared += 1
    assert compared >= 5


def test_the_written_form(tmp_path):
    """UTF-8 without BOM, CRLF, quotes only where needed, names in order, no time of ours."""
    feed = Feed("x", {}, raw={"b.geojson": b"{}"})
    source = 'stop_id,stop_name\nS1,"a ""b"", c"\nS2,駅\nS3,\n'
    feed.tables["a"] = read_rows("a.txt", source)[0]
    assert (
        table_bytes(feed.tables["a"]).decode() == 'stop_id,stop_name\r\nS1,"a ""b"", c"\r\nS2,駅\r\nS3,\r\n'
    )
    write_feed(feed, tmp_path / "out" / "x.zip")
    with zipfile.ZipFile(tmp_path / "out" / "x.zip") as archive:
        assert archive.namelist() == ["a.txt", "b.geojson"]
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_failed_write_leaves_the_old_feed_and_no_litter(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"old")
    table = read_rows("a.txt", "a\n1\n")[0]
    with pytest.raises(ValueError, match=r"a\.txt: both a table and a raw file"):
        write_feed(Feed("x", {"a": table}, raw={"a.txt": b""}), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_greater_tokyo_is_read_fast():
    started = time.perf_counter()
    feed = read_feed(DATA / "japan" / "tokyo-rail.gtfs.zip")
    elapsed = time.perf_counter() - started
    assert feed.table("stop_times").height == 1_208_504
    assert elapsed < 6  # 0.5 s alone; this guards against falling off the fast way (20 s), on a busy machine
