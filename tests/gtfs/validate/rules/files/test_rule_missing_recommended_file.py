"""`missing_recommended_file` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": None}, [("feed_info.txt", 0, "", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_recommended_file") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="missing_recommended_file"), "missing_recommended_file") == []
