"""`route_color_contrast` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": ("FFFFFF", "0039A0")}, [("routes.txt", 2, "route_text_color", "0039A0")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "route_color_contrast") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["routes"], only="route_color_contrast"), "route_color_contrast") == []
