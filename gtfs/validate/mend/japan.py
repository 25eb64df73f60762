"""What GTFS-JP v4 asks for and the rest of the feed tells."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from gtfs.schedule.feed import Feed
from gtfs.validate.mend.plain import Say
from gtfs.validate.service_days import service_days
from gtfs.validate.table import Table

__all__ = ["upgrade_to_v4"]

_EPOCH = date(1970, 1, 1)


def upgrade_to_v4(feed: Feed, say: Say) -> None:
    """Agency of routes and fares, language, location_type, the feed's dates and version, rider categories."""
    agency = feed.table("agency")
    if agency.height == 1 and "agency_id" in agency.columns and agency["agency_id"][0]:
        for name in ("routes", "fare_attributes"):
            _fill(feed, name, "agency_id", agency["agency_id"][0], say)
    info = feed.table("feed_info")
    if info.height and "feed_lang" in info.columns and info["feed_lang"][0] == "ja":
        _fill(feed, "agency", "agency_lang", "ja", say)
    if "stops" in feed.tables and "location_type" not in feed.tables["stops"].columns:
        feed.tables["stops"] = feed.tables["stops"].with_columns(location_type=pl.lit("0"))
        say("stops.txt", feed.tables["stops"].height, "location_type added", "location_type を追加")
    _dates(feed, say)
    _categories(feed, say)


def _fill(feed: Feed, name: str, column: str, value: str, say: Say) -> None:
    table = feed.table(name)
    if not table.height:
        return
    own = table[column] if column in table.columns else pl.repeat("", table.height, eager=True)
    blank = own == ""
    if blank.any():
        filled = pl.select(pl.when(blank).then(pl.lit(value)).otherwise(own).alias(column)).to_series()
        feed.tables[name] = table.with_columns(filled)
        say(f"{name}.txt", int(blank.sum()), f"{column} filled in", f"{column} を補完")


def _dates(feed: Feed, say: Say) -> None:
    days = service_days(Table(feed, "calendar"), Table(feed, "calendar_dates"))
    active = np.flatnonzero(days.active.any(axis=0))
    if not len(active) or feed.table("feed_info").height != 1:
        return
    first, last = (_EPOCH + timedelta(days=days.first + int(k)) for k in (active[0], active[-1]))
    _fill(feed, "feed_info", "feed_start_date", f"{first:%Y%m%d}", say)
    _fill(feed, "feed_info", "feed_end_date", f"{last:%Y%m%d}", say)
    _fill(feed, "feed_info", "feed_version", f"{first:%Y%m%d}", say)


def _categories(feed: Feed, say: Say) -> None:
    """Rider categories of the draft of 2019, which had a description and no name."""
    table = feed.table("rider_categories")
    if "rider_category_description" in table.columns and "rider_category_name" not in table.columns:
        table = table.rename({"rider_category_description": "rider_category_name"})
        say("rider_categories.txt", 1, "column of the draft renamed", "草案の列名を改名")
    if table.width and "is_default_fare_category" not in table.columns:
        table = table.with_columns(is_default_fare_category=pl.lit("0"))
        say(
            "rider_categories.txt",
            table.height,
            "is_default_fare_category added",
            "is_default_fare_category を追加",
        )
    if table.width:
        feed.tables["rider_categories"] = table
