"""`trip_distance_exceeds_shape_distance_below_threshold` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE, WITH_DIST
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2001), **ON_LINE},
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "2001"),
            ("stop_times.txt", 7, "shape_dist_traveled", "2001"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "trip_distance_exceeds_shape_distance_below_threshold") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="trip_distance_exceeds_shape_distance_below_threshold"),
            "trip_distance_exceeds_shape_distance_below_threshold",
        )
        == []
    )
