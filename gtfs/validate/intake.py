"""Read a feed in order to judge it: nothing is refused that can be read at all.

`gtfs.schedule.reader` refuses a feed whose text is no UTF-8 or that lacks a file; here each of these is a
finding, and the rest of the feed is read all the same.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path, PurePosixPath

from gtfs.errors import FeedError, Problem
from gtfs.schedule.ahead import MembersAhead
from gtfs.schedule.csv_table import read_table
from gtfs.schedule.feed import Feed
from gtfs.schedule.reader import TABLES

__all__ = ["intake"]

_LEGACY_ENCODING = "cp932"


def intake(path: Path | str, files: MembersAhead | None = None) -> Feed:
    """The feed with everything that was odd in `Feed.problems`, each with its notice code.

    `files` are its members if somebody has begun to unpack them already. Raises FeedError only if the
    container itself cannot be opened or looks like an attack.
    """
    path = Path(path)
    feed = Feed(source=path.name, tables={})
    with MembersAhead(path) if files is None else nullcontext(files) as unpacked:
        for name, data in unpacked:
            pure = PurePosixPath(name)
            if pure.suffix == ".txt" and pure.name == name:
                _add(feed, pure.stem, name, data)
            else:
                feed.raw[name] = data
    feed.problems[:0] = unpacked.problems
    return feed


def _add(feed: Feed, stem: str, name: str, data: bytes) -> None:
    if stem not in TABLES:
        feed.raw[name] = data
        if not _is_table(data):
            return
    text = _utf8(feed, name, data)
    try:
        table, lines, problems = read_table(name, text)
    except FeedError as error:
        feed.raw[name] = data
        if stem in TABLES:
            feed.problems += [_coded(p, "csv_parsing_failed") for p in error.problems]
        return
    if stem not in TABLES and any(p.code in ("invalid_row_length", "csv_parsing_failed") for p in problems):
        return  # a licence or a note: kept as it is
    feed.raw.pop(name, None)
    feed.problems += problems
    feed.tables[stem] = table
    if lines is not None:
        feed.lines[stem] = lines


def _is_table(data: bytes) -> bool:
    """Whether an unknown `.txt` may be one: text, and commas in its first line."""
    first = data[:4096].split(b"\n", 1)[0]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"," in first


def _utf8(feed: Feed, name: str, data: bytes) -> bytes:
    """The bytes if they are UTF-8; else read as Japanese Windows would, or with the bad ones replaced."""
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        value = data[error.start : error.start + 4].hex(" ")
        message, fix = "the text is not UTF-8", "Save the file as UTF-8"
        feed.problems.append(Problem(name, line, "", value, message, fix, code="invalid_character"))
        try:
            return data.decode(_LEGACY_ENCODING).encode("utf-8")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace").replace("\ufffd", "?").encode("utf-8")
    return data


def _coded(problem: Problem, code: str) -> Problem:
    return Problem(
        problem.file, problem.line, problem.field, problem.value, problem.message, problem.fix,
        problem.severity, problem.code or code,
    )  # fmt: skip
