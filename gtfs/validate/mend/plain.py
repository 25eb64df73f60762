"""Mends of any feed: blanks, order, stations that nothing belongs to, and what reading alone puts right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

from gtfs.errors import Problem
from gtfs.schedule.feed import Feed
from gtfs.validate.spec import specification

__all__ = ["Say", "mend_reading", "remove_blanks", "remove_unused_stations", "sort_stop_times"]

Say = Callable[[str, int, str, str], None]
_READING = {
    "byte_order_mark": ("byte order mark removed", "BOM を除去"),
    "empty_row": ("empty rows removed", "空行を除去"),
    "invalid_character": ("saved as UTF-8", "UTF-8 で保存"),
}


def mend_reading(problems: Iterable[Problem], say: Say) -> None:
    """What is gone by the feed being written anew."""
    counts = Counter[tuple[str, str]]()
    for problem in problems:
        if problem.code in _READING:
            counts[problem.file, problem.code] += problem.rows
    for (file, code), count in counts.items():
        say(file, count, *_READING[code])


def remove_blanks(feed: Feed, say: Say) -> None:
    """Blanks round values, in every table."""
    for stem, table in feed.tables.items():
        if not table.width or not table.height:
            continue
        trimmed = table.with_columns(pl.all().str.strip_chars())
        count = sum(
            int((trimmed[c].str.len_bytes() != table[c].str.len_bytes()).sum()) for c in table.columns
        )
        if count:
            feed.tables[stem] = trimmed
            say(f"{stem}.txt", count, "blanks round values removed", "値の前後の空白を除去")


def sort_stop_times(feed: Feed, say: Say) -> None:
    """Stop times of each trip together and in order, trips where their first row stood."""
    table = feed.table("stop_times")
    if not {"trip_id", "stop_sequence"} <= set(table.columns):
        return
    number = table["stop_sequence"].cast(pl.Int64, strict=False)
    if number.null_count():
        return  # a sequence that cannot be read is not for us to order
    keyed = table.with_columns(__row=pl.int_range(pl.len()), __number=number).with_columns(
        __first=pl.col("__row").min().over("trip_id")
    )
    ordered = keyed.sort("__first", "__number", "__row")
    moved = int((ordered["__row"] != pl.int_range(table.height, eager=True)).sum())
    if moved:
        feed.tables["stop_times"] = ordered.drop("__row", "__first", "__number")
        say("stop_times.txt", moved, "rows sorted by trip and sequence", "便と停車順に並べ替え")


def remove_unused_stations(feed: Feed, say: Say) -> None:
    """Stations that no stop belongs to and no other file names."""
    stops = feed.table("stops")
    if not {"stop_id", "location_type", "parent_station"} <= set(stops.columns):
        return
    named = [stops["parent_station"]]
    for name, spec in specification().items():
        table = feed.table(name)
        named += [
            table[field.name]
            for field in spec.fields.values()
            if ("stops", "stop_id") in field.refers and field.name in table.columns and name != "stops"
        ]
    words = feed.table("translations")
    if "record_id" in words.columns:
        named.append(words["record_id"])
    used = pl.concat(named).unique()
    unused = (stops["location_type"] == "1") & ~stops["stop_id"].is_in(used.implode())
    if unused.any():
        feed.tables["stops"] = stops.filter(~unused)
        say(
            "stops.txt",
            int(unused.sum()),
            "stations that nothing belongs to removed",
            "使われていない親駅を削除",
        )
