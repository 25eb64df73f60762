"""`equal_shape_distance_diff_coordinates_distance_below_threshold` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE + "H,35.657905,140.0272,4,2000\n", **ON_LINE},
        [("shapes.txt", 5, "shape_dist_traveled", "2000")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "equal_shape_distance_diff_coordinates_distance_below_threshold") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["shapes"]), "equal_shape_distance_diff_coordinates_distance_below_threshold")
        == []
    )
