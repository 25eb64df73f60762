"""`unknown_column` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("zone_id", "zone")}, [("stops.txt", 1, "zone", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unknown_column") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="unknown_column"), "unknown_column") == []
