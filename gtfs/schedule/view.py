"""gtfs-kit as a view: its maps, time series and summaries over a feed that we read."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from gtfs.errors import FeedError, Problem
from gtfs.schedule.feed import Feed
from gtfs.schedule.writer import table_bytes

DIST_UNITS = ("ft", "mi", "m", "km")


def as_gtfs_kit(feed: Feed, dist_units: str = "km") -> Any:
    """The feed as a `gtfs_kit.Feed`, for analysis only; `dist_units` is what shape_dist_traveled counts in.

    What it loses: gtfs-kit keeps fourteen tables and drops translations, `*_jp`, Flex, Fares v2 and whatever
    it does not know; it reads a stop called `NA` as missing and, in columns that it takes for numbers, `001`
    as 1. What it returns must therefore never be written back as the feed. Raises FeedError where gtfs-kit
    cannot read the feed (it is stricter than we are), ValueError for a unit that is none of DIST_UNITS.
    """
    if dist_units not in DIST_UNITS:
        raise ValueError(f"dist_units is {dist_units!r}; it must be one of {', '.join(DIST_UNITS)}")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas and GeoPandas announce their own changes here
        import gtfs_kit  # heavy (GeoPandas), and most processes never need it

        for stem, table in feed.tables.items():
            (Path(folder) / f"{stem}.txt").write_bytes(table_bytes(table))
        try:
            return gtfs_kit.read_feed(Path(folder), dist_units=dist_units)
        except (ValueError, KeyError, TypeError) as error:
            fix = "Mend what the validator reports, then try again"
            problem = Problem("", 0, "", "", f"gtfs-kit cannot read this feed: {error}", fix)
            raise FeedError(feed.source, [problem]) from error
