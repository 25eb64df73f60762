"""`fare_product_with_multiple_default_rider_categories` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import CATEGORIES, PRODUCTS
from fakes.right import RIGHT

CASES = [
    (
        {"rider_categories.txt": CATEGORIES, "fare_products.txt": PRODUCTS},
        [("fare_products.txt", 3, "rider_category_id", "C")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "fare_product_with_multiple_default_rider_categories") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["fares"], only="fare_product_with_multiple_default_rider_categories"),
            "fare_product_with_multiple_default_rider_categories",
        )
        == []
    )
