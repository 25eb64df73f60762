"""Translations of records that are not there, or named in the wrong way."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.table import Table

RECORD = kind(
    "translation_foreign_key_violation",
    ERROR,
    (
        "{of}.txt has no record {value} {sub}",
        "The name stays in a language that the rider cannot read.",
        "Correct record_id (and record_sub_id), or remove the row.",
    ),
    (
        "{of}.txt に {value} {sub} のレコードがありません",
        "名称が利用者の言語で表示されません。",
        "record_id(と record_sub_id)を直すか、行を削除してください。",
    ),
)
UNEXPECTED = kind(
    "translation_unexpected_value",
    ERROR,
    ("{field} must be empty here: {reason}", "Apps may ignore the translation.", "Leave the field empty."),
    (
        "ここでは {field} は空でなければなりません: {reason}",
        "翻訳が無視されるおそれがあります。",
        "値を空にしてください。",
    ),
)
TABLE = kind(
    "translation_unknown_table_name", WARNING,
    ("no table of this name can be translated", "The translation is never shown.", "Write agency, stops, routes, trips, stop_times, pathways, levels, feed_info or attributions."),
    ("この名前の表は翻訳できません", "翻訳が表示されません。", "agency、stops、routes、trips、stop_times、pathways、levels、feed_info、attributions のいずれかを書いてください。"),
)  # fmt: skip
KINDS = (RECORD, UNEXPECTED, TABLE)
KEYS = {
    "agency": "agency_id", "stops": "stop_id", "routes": "route_id", "trips": "trip_id", "stop_times": "trip_id",
    "pathways": "pathway_id", "levels": "level_id", "attributions": "attribution_id", "feed_info": "",
}  # fmt: skip
"""Tables of the reference with the field that record_id names; fares, areas and the like came later."""
_LATER = {
    "fare_products": "fare_product_id", "fare_media": "fare_media_id", "areas": "area_id", "networks": "network_id",
    "rider_categories": "rider_category_id", "location_groups": "location_group_id", "booking_rules": "booking_rule_id",
    "fare_attributes": "fare_id",
}  # fmt: skip


def check(context: Context, report: Report) -> None:
    """Every row of `translations.txt` of the current form."""
    rows = context.table("translations")
    if not rows.has("table_name"):
        return
    names = np.array(rows.texts("table_name"), object)
    keys = KEYS | _LATER
    unknown = [k for k, name in enumerate(names.tolist()) if name and name not in keys]
    report.rows(TABLE, rows, unknown, "table_name")
    record, sub, value = (rows.given(n) for n in ("record_id", "record_sub_id", "field_value"))
    info = names == "feed_info"
    for name, given in (("record_id", record), ("record_sub_id", sub), ("field_value", value)):
        report.rows(UNEXPECTED, rows, np.flatnonzero(info & given), name, reason="feed_info")
    report.rows(UNEXPECTED, rows, np.flatnonzero(~info & value & record), "field_value", reason="record_id")
    report.rows(
        UNEXPECTED, rows, np.flatnonzero(~info & value & sub & ~record), "record_sub_id", reason="field_value"
    )
    stray = ~info & record & sub & (names != "stop_times")
    report.rows(UNEXPECTED, rows, np.flatnonzero(stray), "record_sub_id", reason="table_name")
    for name in sorted(set(names.tolist()) & set(keys) - {"feed_info"}):
        _records(report, rows, context.table(name), keys[name], np.flatnonzero((names == name) & record))


def _records(
    report: Report, rows: Table, target: Table, key: str, named: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    if not len(named):
        return
    ids = rows.frame["record_id"].gather(named).str.strip_chars()
    found = np.full(len(named), -1, np.int32) if not target.has(key) else target.find_texts(ids, key)
    missing = found < 0
    subs = rows.frame["record_sub_id"].gather(named).str.strip_chars() if rows.has("record_sub_id") else None
    if target.name == "stop_times" and subs is not None and target.has(key, "stop_sequence"):
        calls = target.frame.select(
            a=pl.col(key).str.strip_chars(), b=pl.col("stop_sequence").str.strip_chars()
        )
        asked = pl.DataFrame({"a": ids, "b": subs})
        known = asked.join(calls.unique(), on=["a", "b"], how="left", maintain_order="left", coalesce=False)[
            "a_right"
        ]
        missing |= known.is_null().to_numpy() & (subs != "").to_numpy()
    report.rows(
        RECORD, rows, named[missing], "record_id", of=target.name,
        details=lambda row: {"sub": rows.text(row, "record_sub_id")},
    )  # fmt: skip
