"""`duplicated_column` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": ("route_text_color", "route_color")}, [("routes.txt", 1, "route_color", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "duplicated_column") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["reading"], only="duplicated_column"), "duplicated_column") == []
