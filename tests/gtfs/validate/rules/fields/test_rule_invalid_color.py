"""`invalid_color` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": ("0039A6", "#039A6")}, [("routes.txt", 2, "route_color", "#039A6")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_color") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_color"), "invalid_color") == []
