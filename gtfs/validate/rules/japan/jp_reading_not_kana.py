"""Readings with kanji."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.japan._translated import READING, has_old_form

KIND = kind(
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
PROFILES = JP_PROFILES
_OTHER = "[\u4e00-\u9fff\u3400-\u4dbf\u3005々〆]"


def check(context: Context, report: Report) -> None:
    """Readings in `translations.txt`, of the old form too."""
    rows = context.table("translations")
    language = "lang" if has_old_form(rows) else "language"
    if rows.has(language, "translation"):
        reading = pl.col(language).str.strip_chars() == READING
        wrong = rows.frame.select(reading & pl.col("translation").str.contains(_OTHER)).to_series()
        report.rows(KIND, rows, np.flatnonzero(wrong.to_numpy()), "translation")
