"""Stops whose name cannot be read aloud."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.japan._translated import READING, report_untranslated

KIND = kind(
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
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Names of stops and stations."""
    report_untranslated(context, report, KIND, READING)
