"""Translations of before 2019 (trans_id, lang, translation) into the current form."""

from __future__ import annotations

import polars as pl

from gtfs.schedule.feed import Feed
from gtfs.validate.mend.plain import Say

__all__ = ["mend_translations"]

_FIELDS = (
    ("agency", "agency_name"), ("stops", "stop_name"), ("stops", "stop_desc"), ("routes", "route_short_name"),
    ("routes", "route_long_name"), ("routes", "route_desc"), ("trips", "trip_headsign"), ("trips", "trip_short_name"),
    ("trips", "jp_trip_desc"), ("stop_times", "stop_headsign"),
)  # fmt: skip
"""Fields whose values a trans_id may be."""


def mend_translations(feed: Feed, say: Say) -> None:
    """One row per field in which the value stands; a value that stands nowhere has nothing to translate."""
    old = feed.table("translations")
    if not {"trans_id", "lang", "translation"} <= set(old.columns):
        return
    rows: list[pl.DataFrame] = []
    for table, field in _FIELDS:
        if field in feed.table(table).columns:
            values = feed.tables[table][field].unique()
            rows.append(
                old.filter(pl.col("trans_id").is_in(values.implode()) & (pl.col("trans_id") != "")).select(
                    table_name=pl.lit(table),
                    field_name=pl.lit(field),
                    language="lang",
                    translation="translation",
                    field_value="trans_id",
                )
            )
    new = pl.concat(rows) if rows else pl.DataFrame()
    if not new.height:
        return
    key = ["table_name", "field_name", "language", "field_value"]
    distinct = new.unique(key, keep="first", maintain_order=True)
    feed.tables["translations"] = distinct
    say(
        "translations.txt",
        old.height,
        "rows rewritten from trans_id to field_value",
        "trans_id から field_value の形式に書き換え",
    )
    lost = old.filter(~pl.col("trans_id").is_in(new["field_value"].unique().implode())).height
    say("translations.txt", lost, "rows left out: their value stands nowhere", "該当する値のない行を除外")
    twice = new.height - distinct.height
    say("translations.txt", twice, "rows left out: the value is translated twice", "同じ値の二つ目の訳を除外")
