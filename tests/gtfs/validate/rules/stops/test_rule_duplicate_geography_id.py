"""`duplicate_geography_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"location_groups.txt": "location_group_id\nS1\nG\n"},
        [("location_groups.txt", 2, "location_group_id", "S1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "duplicate_geography_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="duplicate_geography_id"), "duplicate_geography_id") == []
