"""`route_long_name_contains_short_name` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"routes.txt": ("Messe Line", "10 Messe Line")},
        [("routes.txt", 2, "route_long_name", "10 Messe Line")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "route_long_name_contains_short_name") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["routes"], only="route_long_name_contains_short_name"),
            "route_long_name_contains_short_name",
        )
        == []
    )
