"""A feed as the files that it came in, byte for byte, and the one zip that is made of them.

`Feed` keeps every table, column and value; a `Package` keeps the files themselves, so that what an operator
handed in can be handed out again untouched. Its digest says what the files hold, not how they were zipped:
the same files from another zip program are the same content.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gtfs.errors import Problem
from gtfs.schedule.archive import packed_members
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import read_members
from gtfs.schedule.writer import table_bytes

__all__ = ["Member", "Package", "digest_of", "package_of", "read_package", "zipped"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: none of ours leaks in
_LEVEL = 6
_QUICK = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a feed."""

    name: str
    sha256: str  # of the bytes as a reader sees them, hex
    size: int  # bytes unpacked
    packed: bytes  # a raw DEFLATE stream of them

    def data(self) -> bytes:
        """The bytes of the file."""
        return unpacked(self.packed)


@dataclass(frozen=True, slots=True)
class Package:
    """Files in the order in which they came, what their tables say, and what was odd on the way."""

    members: tuple[Member, ...]
    feed: Feed

    @property
    def digest(self) -> str:
        """What the files hold; see `digest_of`."""
        return digest_of((m.name, m.sha256) for m in self.members)

    @property
    def problems(self) -> list[Problem]:
        """What was odd about container and files."""
        return self.feed.problems


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (name, SHA-256 of the content) of each file, in the order of names; hex."""
    digest = hashlib.sha256()
    for name, sha256 in sorted(files):
        digest.update(f"{sha256}  {name}\n".encode())
    return digest.hexdigest()


def read_package(path: Path, *, encoding: str = "utf-8", require: tuple[str, ...] = ()) -> Package:
    """Read a zip or folder whole. Raises FeedError if it is broken, meant to harm, or lacks a table.

    With the default `require` a feed may be incomplete: the validator says what is missing, not the store.
    """
    problems: list[Problem] = []
    with ThreadPoolExecutor(1) as beside:  # hashing and packing let go of the lock, as parsing does
        kept: list[Future[Member]] = []

        def files() -> Iterator[tuple[str, bytes]]:
            for name, data, packed in packed_members(path, problems):
                kept.append(beside.submit(_member, name, data, packed))
                yield name, data

        feed = read_members(path.name, files(), encoding=encoding, require=require)
        members = tuple(future.result() for future in kept)
    feed.problems[:0] = problems
    return Package(members, feed)


def package_of(feed: Feed) -> Package:
    """Package of a feed that was made or changed here, its files in the order of their names."""
    files = {f"{stem}.txt": table_bytes(table) for stem, table in feed.tables.items()} | feed.raw
    return Package(tuple(_member(name, files[name], None) for name in sorted(files)), feed)


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """The zip of (name, bytes), always the same bytes for the same files in the same order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # or the platform's own number would stand there
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def unpacked(packed: bytes) -> bytes:
    """The bytes of a raw DEFLATE stream."""
    return zlib.decompress(packed, wbits=-zlib.MAX_WBITS)


def _member(name: str, data: bytes, packed: bytes | None) -> Member:
    if packed is None:
        squeeze = zlib.compressobj(_QUICK, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = squeeze.compress(data) + squeeze.flush()
    return Member(name, hashlib.sha256(data).hexdigest(), len(data), packed)
