"""Members unpacked ahead, and what a container may not get away with."""

from __future__ import annotations

import struct
import threading
import zipfile
from pathlib import Path

import pytest

from gtfs.errors import FeedError
from gtfs.schedule.ahead import MembersAhead
from gtfs.schedule.archive import members


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(20):
            archive.writestr(f"table_{k}.txt", f"a,b\n{k},x\n" * (k + 1))
        archive.writestr("empty.txt", "")
        archive.writestr(zipfile.ZipInfo("stored.txt"), "plain")
        archive.writestr(".hidden", "")
    return path


def spoiled(path: Path, name: str, *, crc: int | None = None, size: int | None = None) -> None:
    """Let the directory say something else of a member than what it is."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    struct.pack_into("<L", data, at + 16, info.CRC if crc is None else crc)
    struct.pack_into("<L", data, at + 24, info.file_size if size is None else size)
    path.write_bytes(data)


def test_members_come_as_without_the_thread(feed: Path) -> None:
    problems: list = []
    plain = list(members(feed, problems))
    with MembersAhead(feed) as files:
        assert list(files) == plain
    assert len(plain) == 22
    assert files.problems == problems != []


def test_nobody_need_read_to_the_end(feed: Path) -> None:
    with MembersAhead(feed) as files:
        next(iter(files))
    assert [t for t in threading.enumerate() if t.name == "unpacking"] == []


def test_nobody_need_read_at_all(feed: Path) -> None:
    with MembersAhead(feed):
        pass
    assert [t for t in threading.enumerate() if t.name == "unpacking"] == []


def test_what_cannot_be_opened_is_raised_where_it_is_read(tmp_path: Path) -> None:
    with MembersAhead(tmp_path / "none.zip") as files, pytest.raises(FeedError, match="no such file"):
        list(files)


@pytest.mark.parametrize("change", [{"crc": 7}, {"size": 3}, {"size": 5_000}])
def test_a_member_that_is_not_what_the_directory_says_is_refused(feed: Path, change: dict[str, int]) -> None:
    spoiled(feed, "table_5.txt", **change)
    with pytest.raises(FeedError, match=r"not a whole zip file.*table_5\.txt"):
        list(members(feed, []))
