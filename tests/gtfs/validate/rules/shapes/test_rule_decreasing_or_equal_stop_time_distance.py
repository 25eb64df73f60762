"""`decreasing_or_equal_stop_time_distance` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import WITH_DIST
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": WITH_DIST.format(end=700)},
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "700"),
            ("stop_times.txt", 7, "shape_dist_traveled", "700"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "decreasing_or_equal_stop_time_distance") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="decreasing_or_equal_stop_time_distance"),
            "decreasing_or_equal_stop_time_distance",
        )
        == []
    )
