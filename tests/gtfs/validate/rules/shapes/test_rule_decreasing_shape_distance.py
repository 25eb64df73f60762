"""`decreasing_shape_distance` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE.replace("2,700", "2,2700"), **ON_LINE},
        [("shapes.txt", 4, "shape_dist_traveled", "2000")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "decreasing_shape_distance") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["shapes"], only="decreasing_shape_distance"), "decreasing_shape_distance") == []
    )
