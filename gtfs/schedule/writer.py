"""Write a feed so that the same feed always gives the same bytes."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from gtfs.schedule.feed import Feed

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: none of ours leaks in
_LEVEL = 6


def table_bytes(table: pl.DataFrame) -> bytes:
    """CSV of a table as RFC 4180 and GTFS have it: UTF-8 without BOM, CRLF, quotes only where needed."""
    if not table.width:
        return b""
    if table.width > 1:  # polars quotes the empty string to tell it from null: GTFS has only one of them
        table = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return table.write_csv(line_terminator="\r\n", quote_style="necessary").encode()


def write_feed(feed: Feed, path: Path | str) -> None:
    """Write the zip at `path` in one atomic step; a reader sees the old feed or the new one, never half.

    Members stand in the order of their names and carry the zip's earliest time. Raises OSError if the folder
    cannot be written, ValueError if two members would have the same name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                for name, data in _members(feed):
                    info = zipfile.ZipInfo(name, _EPOCH)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = 0o644 << 16
                    archive.writestr(info, data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _members(feed: Feed) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) in order, one at a time, so that only one table is held as text."""
    tables = {f"{stem}.txt": stem for stem in feed.tables}
    twice = tables.keys() & feed.raw.keys()
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))}: both a table and a raw file of the feed")
    for name in sorted({*tables, *feed.raw}):
        yield name, table_bytes(feed.tables[tables[name]]) if name in tables else feed.raw[name]
