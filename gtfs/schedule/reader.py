"""Read a feed without losing anything: every file, column and value as it stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from gtfs.errors import FeedError, Problem, Severity
from gtfs.schedule.archive import members
from gtfs.schedule.csv_table import read_table
from gtfs.schedule.feed import Feed

__all__ = ["TABLES", "read_feed", "read_members"]

_REQUIRED = ("agency", "stops", "routes", "trips", "stop_times")
_LEGACY_ENCODING = "cp932"  # Windows' Shift_JIS, which Japanese spreadsheets still save by default
_JAPANESE = re.compile("[\u3041-\u30fe\u4e00-\u9fff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\x80\xa0]")
_CHUNK = 1 << 22
# fmt: off
TABLES = frozenset((
    "agency", "stops", "routes", "trips", "stop_times", "calendar", "calendar_dates", "fare_attributes",
    "fare_rules", "timeframes", "rider_categories", "fare_media", "fare_products", "fare_leg_rules",
    "fare_leg_join_rules", "fare_transfer_rules", "areas", "stop_areas", "networks", "route_networks",
    "shapes", "frequencies", "transfers", "pathways", "levels", "location_groups", "location_group_stops",
    "booking_rules", "translations", "feed_info", "attributions", "agency_jp", "routes_jp", "office_jp",
    "pattern_jp",
))
# fmt: on
"""Stems that are tables by the GTFS reference or GTFS-JP; another `.txt` may also be a licence or a note."""


def read_feed(path: Path | str, *, encoding: str = "utf-8", require: tuple[str, ...] = _REQUIRED) -> Feed:
    """Read a zip or a folder into tables of strings.

    What is odd but readable is kept and listed in `Feed.problems`. A file that is no UTF-8 is read as
    `encoding`, if another one is given. A `.txt` that no specification knows and that is no table either is
    kept in `Feed.raw`. Raises FeedError, naming file, line and the way out, if the container is broken, the
    text is in another encoding, or a table of `require` is missing (pass `()` to read a feed that is still
    being written; a calendar is required with `trips`).
    """
    path = Path(path)
    problems: list[Problem] = []
    feed = read_members(str(path), members(path, problems), encoding=encoding, require=require)
    feed.source = path.name
    feed.problems[:0] = problems
    return feed


def read_members(
    source: str,
    files: Iterable[tuple[str, bytes]],
    *,
    encoding: str = "utf-8",
    require: tuple[str, ...] = _REQUIRED,
) -> Feed:
    """As `read_feed`, from (name, bytes) of each file, wherever they are kept; `source` names them."""
    _check_encoding(encoding)
    feed = Feed(source=source, tables={})
    unreadable: list[Problem] = []
    for name, data in files:
        pure = PurePosixPath(name)
        if pure.suffix != ".txt" or pure.name != name:
            feed.raw[name] = data
            continue
        try:
            _add_table(feed, name, data, encoding)
        except FeedError as error:
            unreadable += error.problems
    if unreadable:
        raise FeedError(source, unreadable)
    missing = [t for t in require if t not in feed.tables]
    if "calendar" not in feed.tables and "calendar_dates" not in feed.tables and "trips" in require:
        missing.append("calendar")
    if missing:
        raise FeedError(source, [_missing(table, feed) for table in missing])
    return feed


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
        "".encode(encoding)  # some codecs are no text encodings
    except (LookupError, ValueError) as error:
        raise FeedError(
            "encoding",
            [Problem("", 0, "", encoding, "there is no such text encoding", "Try utf-8 or cp932")],
        ) from error


def _add_table(feed: Feed, name: str, data: bytes, encoding: str) -> None:
    stem = PurePosixPath(name).stem
    try:
        data, found = _as_utf8(name, data, encoding)
        table, lines, more = read_table(name, data)
    except FeedError:
        if stem in TABLES:
            raise
        feed.raw[name] = data
        return
    found += more
    if stem not in TABLES and any(p.severity is Severity.ERROR for p in more):
        feed.raw[name] = data
        message, fix = "no file of GTFS, and no table; it is kept as it is", "Leave it out of the feed"
        feed.problems.append(Problem(name, 0, "", "", message, fix, Severity.INFO))
        return
    feed.problems += found
    feed.tables[stem] = table
    if lines is not None:
        feed.lines[stem] = lines


def _as_utf8(name: str, data: bytes, encoding: str) -> tuple[bytes, list[Problem]]:
    """The text in UTF-8. UTF-8 is tried first: text in it is hardly ever anything else by chance."""
    if _is(data, "utf-8"):
        return data, []
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FeedError(name, [_wrong_encoding(name, data, error, encoding)]) from error
    problem = Problem(
        name, 0, "", "", f"read as {encoding}", "Save the file as UTF-8 without BOM", Severity.INFO
    )
    return text.encode("utf-8", "replace"), [problem]


def _missing(table: str, feed: Feed) -> Problem:
    file = f"{table}.txt"
    other = " (or calendar_dates.txt)" if table == "calendar" else ""
    for name in feed.raw:
        if PurePosixPath(name).name.lower() == file:
            fix = f"Rename {name!r} to {file!r}, at the top of the feed"
            return Problem(file, 0, "", "", f"the feed has no {file}{other}", fix)
    named = sorted(f"{t}.txt" for t in feed.tables) or sorted(feed.raw) or ["nothing"]
    return Problem(
        file, 0, "", "",
        f"the feed has no {file}{other}; it holds {', '.join(named[:12])}",
        "Add the file: without it no trip can be planned",
    )  # fmt: skip


def _wrong_encoding(name: str, data: bytes, error: UnicodeDecodeError, encoding: str) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = "the text is UTF-16 (a spreadsheet's “Unicode text”), where GTFS asks for UTF-8"
        fix = "Save it as UTF-8, or read it with --encoding utf-16"
    elif _looks_japanese(data):
        message = "the text is Shift_JIS (Windows cp932), where GTFS asks for UTF-8"
        fix = f"Save it as UTF-8, or read it with --encoding {_LEGACY_ENCODING}"
    else:
        message = f"the text is not {encoding}"
        fix = "Save the file as UTF-8"
    return Problem(name, line, "", data[error.start : error.start + 4].hex(" "), message, fix)


def _looks_japanese(data: bytes) -> bool:
    """Python's cp932 takes almost any byte, so it must also give kana or kanji and no private character."""
    try:
        text = data.decode(_LEGACY_ENCODING)
    except UnicodeDecodeError:
        return False
    return bool(_JAPANESE.search(text)) and not _PRIVATE.search(text)


def _is(data: bytes, encoding: str) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _CHUNK):  # Japanese text decoded whole would double the memory
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True
