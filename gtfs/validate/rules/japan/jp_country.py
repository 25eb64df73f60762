"""Language, time zone and currency of a Japanese feed."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

LANGUAGE = kind(
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
ZONE = kind(
    "jp_timezone_not_tokyo",
    ERROR,
    (
        "the time zone of a GTFS-JP feed is Asia/Tokyo",
        "Every departure is shown hours too early or too late.",
        "Write Asia/Tokyo.",
    ),
    (
        "タイムゾーンは Asia/Tokyo でなければなりません",
        "すべての時刻が何時間もずれて表示されます。",
        "Asia/Tokyo と書いてください。",
    ),
)
CURRENCY = kind(
    "jp_currency_not_jpy", ERROR,
    ("the currency of a GTFS-JP feed is JPY", "Prices are converted and come out wrong.", "Write JPY."),
    ("通貨は JPY でなければなりません", "運賃が換算されて誤って表示されます。", "JPY と書いてください。"),
)  # fmt: skip
KINDS = (LANGUAGE, ZONE, CURRENCY)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")


def check(context: Context, report: Report) -> None:
    """Values that are given and others than these."""
    for kind_, name, field, wanted in (
        (LANGUAGE, "feed_info", "feed_lang", "ja"),
        (LANGUAGE, "agency", "agency_lang", "ja"),
        (ZONE, "agency", "agency_timezone", "Asia/Tokyo"),
        (CURRENCY, "fare_attributes", "currency_type", "JPY"),
    ):
        table = context.table(name)
        if table.has(field):
            column = table.column(field)
            other = (column.text != wanted).to_numpy() & ~column.blank
            report.rows(kind_, table, np.sort(column.rows(other)), field)
