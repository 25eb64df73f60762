"""Translations of records that are not there."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.translations._tables import KEYS
from gtfs.validate.table import Table

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Every row of `translations.txt` of the current form that names a record."""
    rows = context.table("translations")
    if not rows.has("table_name"):
        return
    names, record = np.array(rows.texts("table_name"), object), rows.given("record_id")
    for name in sorted(set(names.tolist()) & set(KEYS) - {"feed_info"}):
        _records(report, rows, context.table(name), KEYS[name], np.flatnonzero((names == name) & record))


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
        KIND, rows, named[missing], "record_id", of=target.name,
        details=lambda row: {"sub": rows.text(row, "record_sub_id")},
    )  # fmt: skip
