"""Fare media and products."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

MEDIA = kind(
    "duplicate_fare_media",
    WARNING,
    (
        "same name and type as the medium on line {first}",
        "Riders see the same ticket or card twice.",
        "Keep one of them.",
    ),
    (
        "{first} 行目の媒体と名称・種別が同じです",
        "同じ券やカードが二つ表示されます。",
        "一つだけ残してください。",
    ),
)
DEFAULTS = kind(
    "fare_product_with_multiple_default_rider_categories", ERROR,
    ("the product has a second default rider category ({first} is one already)", "Riders see a price that may not be theirs.", "Let one category of the product have is_default_fare_category=1."),
    ("この商品には既定の利用者区分が複数あります({first} も既定)", "自分と違う区分の運賃が表示されます。", "is_default_fare_category=1 の区分を一つにしてください。"),
)  # fmt: skip
KINDS = (MEDIA, DEFAULTS)


def check(context: Context, report: Report) -> None:
    """Media by name and type, products by the default categories that they name."""
    media = context.table("fare_media")
    keys = list(
        zip(media.texts("fare_media_name"), media.choice("fare_media_type", -1).tolist(), strict=True)
    )
    first: dict[tuple[str, int], int] = {}
    twice = [row for row, key in enumerate(keys) if key[0] and first.setdefault(key, row) != row]
    report.rows(MEDIA, media, twice, "fare_media_name", lambda row: {"first": media.line(first[keys[row]])})
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
    report.rows(DEFAULTS, products, wrong, "rider_category_id", lambda row: {"first": known[names[row]]})
