"""gtfs-kit as a view: its maps, time series and summaries over a feed that we read."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from gtfs.schedule.feed import Feed
from gtfs.schedule.writer import write_feed


def as_gtfs_kit(feed: Feed, dist_units: str = "km") -> Any:
    """The feed as a `gtfs_kit.Feed`, for analysis only.

    gtfs-kit keeps fourteen tables and drops translations, `*_jp`, Flex and Fares v2; it reads a stop called
    `NA` as missing. What it returns must therefore never be written back as the feed.
    """
    import gtfs_kit  # a heavy import (GeoPandas) that most processes never need

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "feed.zip"
        write_feed(feed, path)
        return gtfs_kit.read_feed(path, dist_units=dist_units)
