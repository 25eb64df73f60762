"""Fares in another currency."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.japan._constants import report_others

KIND = kind(
    "jp_currency_not_jpy",
    ERROR,
    ("the currency of a GTFS-JP feed is JPY", "Prices are converted and come out wrong.", "Write JPY."),
    ("通貨は JPY でなければなりません", "運賃が換算されて誤って表示されます。", "JPY と書いてください。"),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Fares."""
    report_others(context, report, KIND, "fare_attributes", "currency_type", "JPY")
