"""Currencies that are none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import CURRENCY_DECIMALS
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values

KIND = kind(
    "invalid_currency",
    ERROR,
    (
        "not a currency code in use",
        "Riders see no price, or one in the wrong currency.",
        "Write an ISO 4217 code, e.g. JPY.",
    ),
    (
        "通貨コードではありません",
        "運賃が表示されないか、誤った通貨で表示されます。",
        "JPY のような ISO 4217 のコードを書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of currencies."""
    for at in fields_of(context, "currency"):
        bad = ~at.column.text.is_in(list(CURRENCY_DECIMALS)).to_numpy() & ~at.column.blank
        report_values(report, KIND, at, bad)
