"""Kana readings of stop names, and translations of the old form."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.table import Table

MISSING = kind(
    "jp_missing_kana_reading",
    ERROR,
    (
        "the stop name has no reading in kana (language ja-Hrkt)",
        "It cannot be found by its sound, and is read aloud wrongly.",
        "Add a row to translations.txt: stops, stop_name, ja-Hrkt, the reading.",
    ),
    (
        "停留所名の読み仮名(ja-Hrkt)がありません",
        "かなで検索できず、音声案内で誤って読まれます。",
        "translations.txt に stops, stop_name, ja-Hrkt, 読み の行を追加してください。",
    ),
)
JAPANESE = kind(
    "jp_missing_ja_translation",
    WARNING,
    (
        "the stop name has no row with language ja, which GTFS-JP v3 asks for",
        "Apps that look names up by language show none.",
        "Add a row with language ja, or publish by GTFS-JP v4.",
    ),
    (
        "停留所名に言語 ja の行がありません(第3版で必要)",
        "言語で名称を引くアプリで表示されません。",
        "言語 ja の行を追加するか、第4版で公開してください。",
    ),
)
NO_KANA = kind(
    "jp_reading_not_kana",
    WARNING,
    (
        "the reading holds other characters than kana",
        "It is read aloud wrongly.",
        "Write the reading in hiragana or katakana only.",
    ),
    (
        "読み仮名に仮名以外の文字があります",
        "音声案内で誤って読まれます。",
        "ひらがなかカタカナだけで書いてください。",
    ),
)
LEGACY = kind(
    "jp_legacy_translations", ERROR,
    ("translations.txt has the form of before 2019 (trans_id, lang, translation)", "Current apps show no reading and no foreign name.", "Rewrite it by table_name and field_name (`--fix` does so)."),
    ("translations.txt が2019年以前の形式(trans_id, lang, translation)です", "現在のアプリでは読み仮名も外国語名も表示されません。", "table_name・field_name の形式に書き直してください(`--fix` で直せます)。"),
)  # fmt: skip
KINDS = (MISSING, JAPANESE, NO_KANA, LEGACY)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")
READING = "ja-Hrkt"
_OTHER = "[\u4e00-\u9fff\u3400-\u4dbf\u3005々〆]"


def check(context: Context, report: Report) -> None:
    """Names of stops and stations against all forms of translation; the old form is told, and still read."""
    rows, stops = context.table("translations"), context.table("stops")
    legacy = rows.has("trans_id", "lang", "translation")
    if legacy:
        report.add(LEGACY, rows.file, 1, "trans_id")
    language = "lang" if legacy else "language"
    if rows.has(language, "translation"):
        reading = rows.frame.select(
            (pl.col(language).str.strip_chars() == READING) & pl.col("translation").str.contains(_OTHER)
        ).to_series()
        report.rows(NO_KANA, rows, np.flatnonzero(reading.to_numpy()), "translation")
    if not stops.has("stop_id", "stop_name"):
        return
    named = stops.given("stop_name") & np.isin(context.stops.kind, (0, 1))
    report.rows(MISSING, stops, np.flatnonzero(named & ~_translated(rows, stops, READING)), "stop_name")
    if context.profile == "gtfs-jp-v3":
        report.rows(JAPANESE, stops, np.flatnonzero(named & ~_translated(rows, stops, "ja")), "stop_name")


def _translated(rows: Table, stops: Table, language: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which stops have a name in the language, by record, by value or by the old form."""
    names = stops.frame["stop_name"]
    none = np.zeros(stops.height, np.bool_)
    if rows.has("trans_id", "lang"):
        known = rows.frame.filter(pl.col("lang").str.strip_chars() == language)["trans_id"]
        return names.is_in(known.implode()).to_numpy()
    if not rows.has("table_name", "field_name", "language"):
        return none
    own = rows.frame.filter(
        (pl.col("table_name") == "stops")
        & (pl.col("field_name") == "stop_name")
        & (pl.col("language").str.strip_chars() == language)
    )
    found = none
    if "record_id" in own.columns:
        known = own["record_id"].str.strip_chars()
        found = found | stops.frame["stop_id"].str.strip_chars().is_in(known.implode()).to_numpy()
    if "field_value" in own.columns:
        found = found | names.is_in(own["field_value"].implode()).to_numpy()
    return found
