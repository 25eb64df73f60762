"""`invalid_currency_amount` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_fields import PRODUCTS
from fakes.right import RIGHT

CASES = [
    (
        {"fare_products.txt": PRODUCTS.format(amount="200.00", currency="JPY")},
        [("fare_products.txt", 2, "amount", "200.00")],
    ),
    (
        {"fare_products.txt": PRODUCTS.format(amount="2", currency="USD")},
        [("fare_products.txt", 2, "amount", "2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_currency_amount") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_currency_amount"), "invalid_currency_amount") == []
