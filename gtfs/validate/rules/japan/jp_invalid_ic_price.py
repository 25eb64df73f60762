"""Prices with an IC card."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "jp_invalid_ic_price",
    ERROR,
    (
        "an IC price is a whole number of yen, or -1 where IC cards are not taken",
        "Riders with a card see a wrong price.",
        "Write whole yen, or -1.",
    ),
    (
        "IC 運賃は円単位の整数か、IC 利用不可の -1 です",
        "IC カード利用者に誤った運賃が表示されます。",
        "円単位の整数か -1 を書いてください。",
    ),
)
PROFILES = ("gtfs-jp-v4",)


def check(context: Context, report: Report) -> None:
    """Every fare."""
    table = context.table("fare_attributes")
    price = table.numbers("ic_price")
    wrong = table.given("ic_price") & ~((price == np.round(price)) & (price >= -1))
    report.rows(KIND, table, np.flatnonzero(wrong), "ic_price")
