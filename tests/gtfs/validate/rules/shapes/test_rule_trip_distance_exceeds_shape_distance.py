"""`trip_distance_exceeds_shape_distance` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE, WITH_DIST
from fakes.right import RIGHT

CASES = [
    (
        {
            "shapes.txt": LINE.replace("140.0272", "140.0275"),
            "stop_times.txt": WITH_DIST.format(end=2100),
            **ON_LINE,
        },
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "2100"),
            ("stop_times.txt", 7, "shape_dist_traveled", "2100"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "trip_distance_exceeds_shape_distance") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="trip_distance_exceeds_shape_distance"),
            "trip_distance_exceeds_shape_distance",
        )
        == []
    )
