"""`stop_too_far_from_shape_using_user_distance` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE, WITH_DIST
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2000).replace(",700", ",900"), **ON_LINE},
        [("stop_times.txt", 3, "shape_dist_traveled", "900")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_too_far_from_shape_using_user_distance") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="stop_too_far_from_shape_using_user_distance"),
            "stop_too_far_from_shape_using_user_distance",
        )
        == []
    )
