"""`invalid_phone_number` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"agency.txt": ("043-123-4567", "ask the driver")},
        [("agency.txt", 2, "agency_phone", "ask the driver")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_phone_number") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_phone_number"), "invalid_phone_number") == []
