"""`translations.txt` in its three forms into one look-up by record.

The form of the specification names a record (`record_id`) or a value (`field_value`); Japanese feeds before
2019 give `trans_id, lang, translation`, where `trans_id` is the untranslated value of any field.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from gtfs.model.schedule import TranslationKey
from gtfs.schedule.feed import Feed

_RECORD_ID = {
    "agency": "agency_id",
    "stops": "stop_id",
    "routes": "route_id",
    "trips": "trip_id",
    "levels": "level_id",
    "pathways": "pathway_id",
    "fare_attributes": "fare_id",
    "rider_categories": "rider_category_id",
}
_FIELDS = {
    "agency": ("agency_name", "agency_url"),
    "stops": ("stop_name", "tts_stop_name", "stop_desc", "platform_code"),
    "routes": ("route_long_name", "route_short_name", "route_desc"),
    "trips": ("trip_headsign", "trip_short_name"),
}


def translations(feed: Feed) -> dict[TranslationKey, dict[str, str]]:
    """(table, field, record_id) -> language -> text; `stop_times` headsigns are keyed by trip_id."""
    table = feed.table("translations")
    out: dict[TranslationKey, dict[str, str]] = defaultdict(dict)
    if not table.height:
        return {}
    if {"trans_id", "lang", "translation"} <= set(table.columns):
        _legacy(feed, table, out)
        return dict(out)
    if not {"table_name", "field_name", "language", "translation"} <= set(table.columns):
        return {}
    blank = pl.lit("")
    record = pl.col("record_id") if "record_id" in table.columns else blank
    value = pl.col("field_value") if "field_value" in table.columns else blank
    sub = pl.col("record_sub_id") if "record_sub_id" in table.columns else blank
    rows = table.select("table_name", "field_name", "language", "translation", r=record, s=sub, v=value)
    by_value: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for table_name, field_name, language, text, record_id, sub_id, field_value in rows.iter_rows():
        if sub_id or not text:
            # A text for one stop of a trip has no place in a look-up by trip: it would speak for all stops.
            continue
        if record_id:
            out[table_name, field_name, record_id.strip()][language] = text
        elif field_value:
            by_value[table_name, field_name][field_value][language] = text
        else:  # feed_info has one record without an id
            out[table_name, field_name, ""][language] = text
    for (table_name, field_name), texts in by_value.items():
        _resolve(feed, table_name, field_name, texts, out)
    return dict(out)


def _legacy(feed: Feed, table: pl.DataFrame, out: dict[TranslationKey, dict[str, str]]) -> None:
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for value, language, text in table.select("trans_id", "lang", "translation").iter_rows():
        texts[value][language] = text
    for table_name, fields in _FIELDS.items():
        for field_name in fields:
            _resolve(feed, table_name, field_name, texts, out)


def _resolve(
    feed: Feed,
    table_name: str,
    field_name: str,
    texts: dict[str, dict[str, str]],
    out: dict[TranslationKey, dict[str, str]],
) -> None:
    """Give every record whose field has a translated value that translation; a record's own one wins."""
    table = feed.table(table_name)
    id_name = _RECORD_ID.get(table_name)
    if id_name is None or not {field_name, id_name} <= set(table.columns):
        return
    for record_id, value in table.select(id_name, field_name).iter_rows():
        for language, text in texts.get(value, {}).items():
            out[table_name, field_name, record_id.strip()].setdefault(language, text)
