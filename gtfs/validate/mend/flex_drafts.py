"""Drafts of GTFS-Flex (2018 to 2023) into the adopted specification."""

from __future__ import annotations

import polars as pl

from gtfs.schedule.feed import Feed
from gtfs.validate.mend.plain import Say
from gtfs.validate.zones import zones_of

__all__ = ["mend_flex_drafts"]

_RENAMED = {
    "start_pickup_dropoff_window": "start_pickup_drop_off_window",
    "end_pickup_dropoff_window": "end_pickup_drop_off_window",
    "dropoff_booking_rule_id": "drop_off_booking_rule_id",
}
_UNSET = ("-999", "-999.0")
_DRAFT_ONLY = (
    "min_arrival_time", "max_departure_time", "start_service_area_radius", "end_service_area_radius",
    "departure_buffer", "mean_duration_factor", "mean_duration_offset", "safe_duration_factor",
    "safe_duration_offset", "continuous_pickup", "continuous_drop_off", "start_service_area_id",
    "end_service_area_id",
)  # fmt: skip


def mend_flex_drafts(feed: Feed, say: Say) -> None:
    """Old column names, -999 for “not set”, zones named in stop_id, groups of locations, rows of one number."""
    times = feed.table("stop_times")
    if not times.width:
        return
    names = {old: new for old, new in _RENAMED.items() if old in times.columns and new not in times.columns}
    if names:
        times = times.rename(names)
        say("stop_times.txt", len(names), "columns of the draft renamed", "草案の列名を改名")
    times = _unset(times, say)
    feed.tables["stop_times"] = times
    _groups(feed, say)
    _zones(feed, say)
    _numbers(feed, say)


def _unset(times: pl.DataFrame, say: Say) -> pl.DataFrame:
    columns = [c for c in _DRAFT_ONLY if c in times.columns]
    marks = [times[c].is_in(list(_UNSET)) for c in columns]
    count = sum(int(m.sum()) for m in marks)
    if count:
        times = times.with_columns(
            pl.when(pl.col(c).is_in(list(_UNSET))).then(pl.lit("")).otherwise(pl.col(c)).alias(c)
            for c in columns
        )
        say("stop_times.txt", count, "values -999 emptied", "-999 の値を空に変更")
    return times


def _groups(feed: Feed, say: Say) -> None:
    """`location_groups.txt` with one row per member into groups and their members."""
    groups = feed.table("location_groups")
    if not {"location_group_id", "location_id"} <= set(groups.columns):
        return
    kept = [c for c in ("location_group_id", "location_group_name") if c in groups.columns]
    feed.tables["location_groups"] = groups.select(kept).unique(
        "location_group_id", keep="first", maintain_order=True
    )
    members = groups.select("location_group_id", stop_id="location_id").filter(pl.col("stop_id") != "")
    if "location_group_stops" not in feed.tables:
        feed.tables["location_group_stops"] = members
    if not groups.height:  # a header only: the feed has no groups
        del feed.tables["location_groups"], feed.tables["location_group_stops"]
    say(
        "location_groups.txt",
        max(groups.height, 1),
        "groups and members put apart",
        "グループと構成停留所を分離",
    )


def _zones(feed: Feed, say: Say) -> None:
    """stop_id that names a zone or group, and no stop, moved to its own column."""
    times = feed.tables["stop_times"]
    if "stop_id" not in times.columns:
        return
    stops = feed.table("stops")
    known = stops["stop_id"] if "stop_id" in stops.columns else pl.Series([], dtype=pl.String)
    groups = feed.table("location_groups")
    of_groups = (
        groups["location_group_id"]
        if "location_group_id" in groups.columns
        else pl.Series([], dtype=pl.String)
    )
    zones = pl.Series(sorted(zones_of(feed.raw.get("locations.geojson")).ids), dtype=pl.String)
    for column, ids in (("location_id", zones), ("location_group_id", of_groups)):
        moved = times["stop_id"].is_in(ids.implode()) & ~times["stop_id"].is_in(known.implode())
        if not moved.any():
            continue
        own = pl.col(column) if column in times.columns else pl.lit("")
        times = times.with_columns(
            pl.when(moved).then(pl.col("stop_id")).otherwise(own).alias(column),
            pl.when(moved).then(pl.lit("")).otherwise(pl.col("stop_id")).alias("stop_id"),
        )
        if "shape_dist_traveled" in times.columns:  # a zone lies nowhere along a line
            times = times.with_columns(
                pl.when(moved)
                .then(pl.lit(""))
                .otherwise(pl.col("shape_dist_traveled"))
                .alias("shape_dist_traveled")
            )
        say("stop_times.txt", int(moved.sum()), f"stop_id moved to {column}", f"stop_id を {column} に移動")
    feed.tables["stop_times"] = times


def _numbers(feed: Feed, say: Say) -> None:
    """On-demand rows of one trip that all have one stop_sequence are numbered as they stand."""
    times = feed.tables["stop_times"]
    if not {"trip_id", "stop_sequence", "location_id"} <= set(times.columns):
        return
    rows = times.with_columns(
        __n=pl.len().over("trip_id"),
        __distinct=pl.col("stop_sequence").n_unique().over("trip_id"),
        __zoned=(pl.col("location_id") != "").all().over("trip_id"),
        __first=pl.col("stop_sequence").cast(pl.Int64, strict=False).first().over("trip_id"),
        __place=pl.int_range(pl.len()).over("trip_id"),
    )
    same = (rows["__n"] > 1) & (rows["__distinct"] == 1) & rows["__zoned"] & rows["__first"].is_not_null()
    same &= rows["__place"] > 0
    if same.any():
        numbered = (pl.col("__first") + pl.col("__place")).cast(pl.String)
        feed.tables["stop_times"] = rows.with_columns(
            pl.when(same).then(numbered).otherwise(pl.col("stop_sequence")).alias("stop_sequence")
        ).select(times.columns)
        say("stop_times.txt", int(same.sum()), "on-demand rows numbered", "予約制の行に停車順を付与")
