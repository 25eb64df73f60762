"""`route_both_short_and_long_name_missing` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": ("10,Messe Line", ",")}, [("routes.txt", 2, "route_short_name", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "route_both_short_and_long_name_missing") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["routes"], only="route_both_short_and_long_name_missing"),
            "route_both_short_and_long_name_missing",
        )
        == []
    )
