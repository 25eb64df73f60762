"""Amounts with other decimals than their currency has."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.facts import CURRENCY_DECIMALS
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, Typed, fields_of, kind

KIND = kind(
    "invalid_currency_amount",
    ERROR,
    (
        "not an amount in {currency}, which has {decimals} decimals",
        "Riders see a wrong price or none.",
        "Write as many decimals as the currency has (200 JPY, 2.00 USD).",
    ),
    (
        "{currency} の金額ではありません(小数点以下 {decimals} 桁)",
        "運賃が誤って表示されるか、表示されません。",
        "通貨どおりの桁数で書いてください(200 JPY、2.00 USD)。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every amount, by the currency beside it."""
    for at in fields_of(context, "amount"):
        _amounts(at, report)


def _amounts(at: Typed, report: Report) -> None:
    codes = at.table.texts("currency")
    amounts = at.table.frame[at.field.name].str.strip_chars()
    decimals = pl.Series([CURRENCY_DECIMALS.get(c, -1) for c in codes], dtype=pl.Int64)
    number = amounts.str.contains(r"^-?[0-9]+(\.[0-9]+)?$")
    written = amounts.str.extract(r"\.([0-9]+)$", 1).fill_null("").str.len_bytes().cast(pl.Int64)
    wrong = (~number | ((decimals >= 0) & (written != decimals))) & (amounts != "")

    def details(row: int) -> dict[str, object]:
        return {"currency": codes[row] or "?", "decimals": max(decimals[row], 0)}

    report.rows(KIND, at.table, np.flatnonzero(wrong.to_numpy()), at.field.name, details)
