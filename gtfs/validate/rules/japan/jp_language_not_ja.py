"""Feeds and agencies whose language is not Japanese."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.japan._constants import report_others

KIND = kind(
    "jp_language_not_ja",
    ERROR,
    (
        "the language of a GTFS-JP feed is ja",
        "Names are read aloud and sorted in the wrong language.",
        "Write ja; other languages belong in translations.txt.",
    ),
    (
        "言語は ja でなければなりません",
        "名称が誤った言語で読み上げられます。",
        "ja と書き、他の言語は translations.txt に書いてください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The feed, then its agencies."""
    report_others(context, report, KIND, "feed_info", "feed_lang", "ja")
    report_others(context, report, KIND, "agency", "agency_lang", "ja")
