"""Products with two categories of riders who need not say who they are."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "fare_product_with_multiple_default_rider_categories",
    ERROR,
    (
        "the product has a second default rider category ({first} is one already)",
        "Riders see a price that may not be theirs.",
        "Let one category of the product have is_default_fare_category=1.",
    ),
    (
        "この商品には既定の利用者区分が複数あります({first} も既定)",
        "自分と違う区分の運賃が表示されます。",
        "is_default_fare_category=1 の区分を一つにしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Products by the default categories that they name."""
    products, categories = context.table("fare_products"), context.table("rider_categories")
    default = np.append(categories.choice("is_default_fare_category") == 1, False)
    of = products.find("rider_category_id", categories, "rider_category_id")
    names, ids = products.texts("fare_product_id"), products.texts("rider_category_id")
    known: dict[str, str] = {}
    wrong = [
        row
        for row in np.flatnonzero(default[of]).tolist()
        if known.setdefault(names[row], ids[row]) != ids[row]
    ]
    report.rows(KIND, products, wrong, "rider_category_id", lambda row: {"first": known[names[row]]})
