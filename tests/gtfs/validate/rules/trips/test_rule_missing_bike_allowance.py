"""`missing_bike_allowance` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"routes.txt": ("Line,3", "Line,4")},
        [("trips.txt", 2, "bikes_allowed", ""), ("trips.txt", 3, "bikes_allowed", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_bike_allowance") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="missing_bike_allowance"), "missing_bike_allowance") == []
