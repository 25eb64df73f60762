"""A feed as it stands in its files: every table, column and byte kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import polars as pl

from gtfs.errors import Problem
from gtfs.model.schedule import I32


@dataclass(slots=True)
class Feed:
    """Tables of strings. A missing value and a quoted empty one are both `""`, as GTFS makes no difference.

    `tables` maps the file's stem (`stops` for `stops.txt`) to a frame whose columns are all `pl.String`, in
    the order of the file; a file with a header only is a frame of no rows. `raw` keeps every other member
    (`locations.geojson`, licences, files nobody knows) byte for byte. `lines` maps a stem to the line where
    each row begins, only for tables where row k is not on line k + 2 (blank lines, line breaks in values).
    """

    source: str
    tables: dict[str, pl.DataFrame]
    raw: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, I32] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """A table by stem, empty if the feed lacks it."""
        return self.tables.get(name, pl.DataFrame())

    def line(self, name: str, row: int) -> int:
        """Line in `<name>.txt`, counted from 1, where row `row` (from 0) begins."""
        lines = self.lines.get(name)
        return row + 2 if lines is None else int(lines[row])


def zones(feed: Feed) -> frozenset[str]:
    """Identifiers of GTFS-Flex zones and location groups, which stand beside those of stops."""
    found: set[str] = set()
    for table, column in (("location_groups", "location_group_id"), ("areas", "area_id")):
        frame = feed.table(table)
        if column in frame.columns:
            found.update(frame[column].to_list())
    try:
        collection = json.loads(feed.raw.get("locations.geojson", b"{}"))
        found.update(str(f["id"]) for f in collection.get("features", []) if "id" in f)
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass  # the validator names what is wrong with the GeoJSON; here it defines no zone
    return frozenset(found - {""})
