"""Read a feed without losing anything: every file, column and value as it stands."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from gtfs.errors import FeedError, Problem
from gtfs.schedule.archive import members
from gtfs.schedule.csv_table import read_table
from gtfs.schedule.feed import Feed

__all__ = ["read_feed"]

_REQUIRED = ("agency", "stops", "routes", "trips", "stop_times")
_LEGACY_ENCODING = "cp932"  # Windows' Shift_JIS, which Japanese spreadsheets still save by default


def read_feed(path: Path | str, *, encoding: str = "utf-8", require: tuple[str, ...] = _REQUIRED) -> Feed:
    """Read a zip or a folder into tables of strings.

    What is odd but readable is kept and listed in `Feed.problems`. Raises FeedError, naming file, line and
    the way out, if the container is broken, the text is not `encoding`, or a table of `require` is missing
    (pass `()` to read a feed that is still being written).
    """
    path = Path(path)
    files, problems = members(path)
    feed = Feed(source=path.name, tables={}, problems=problems)
    unreadable: list[Problem] = []
    for name, data in files:
        pure = PurePosixPath(name)
        if pure.suffix.lower() != ".txt" or pure.name != name:
            feed.raw[name] = data
            continue
        try:
            table, found = read_table(name, data, encoding)
        except UnicodeDecodeError as error:
            unreadable.append(_wrong_encoding(name, data, error, encoding))
            continue
        feed.problems += found
        feed.tables[pure.stem] = table
    if unreadable:
        raise FeedError(str(path), unreadable)
    missing = [t for t in require if t not in feed.tables]
    if "calendar" not in feed.tables and "calendar_dates" not in feed.tables and "trips" in require:
        missing.append("calendar")
    if missing:
        raise FeedError(str(path), [_missing(table, feed) for table in missing])
    return feed


def _missing(table: str, feed: Feed) -> Problem:
    named = sorted(f"{t}.txt" for t in feed.tables) or sorted(feed.raw) or ["nothing"]
    other = " (or calendar_dates.txt)" if table == "calendar" else ""
    return Problem(
        f"{table}.txt", 0, "", "",
        f"the feed has no {table}.txt{other}; it holds {', '.join(named[:12])}",
        "Add the file: without it no trip can be planned",
    )  # fmt: skip


def _wrong_encoding(name: str, data: bytes, error: UnicodeDecodeError, encoding: str) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode(_LEGACY_ENCODING)
    except UnicodeDecodeError:
        message = f"the text is not {encoding}"
        fix = "Save the file as UTF-8"
    else:
        message = "the text is Shift_JIS (Windows cp932), where GTFS asks for UTF-8"
        fix = "Save it as UTF-8, or read it with --encoding cp932"
    return Problem(name, line, "", data[error.start : error.start + 4].hex(" "), message, fix)
