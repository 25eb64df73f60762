"""Write a feed so that the same feed always gives the same bytes."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from pathlib import Path

import polars as pl

from gtfs.schedule.feed import Feed

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: none of ours leaks in


def table_bytes(table: pl.DataFrame) -> bytes:
    """CSV of a table as RFC 4180 and GTFS have it: UTF-8 without BOM, CRLF, quotes only where needed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.iter_rows())
    return out.getvalue().encode()


def write_feed(feed: Feed, path: Path | str) -> None:
    """Write the zip at `path` in one atomic step; a reader sees the old feed or the new one, never half."""
    path = Path(path)
    members = {f"{stem}.txt": table_bytes(table) for stem, table in feed.tables.items()} | feed.raw
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for name in sorted(members):
                    info = zipfile.ZipInfo(name, _EPOCH)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = 0o644 << 16
                    archive.writestr(info, members[name])
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
