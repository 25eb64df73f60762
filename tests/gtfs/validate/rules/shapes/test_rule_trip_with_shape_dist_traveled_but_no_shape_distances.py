"""`trip_with_shape_dist_traveled_but_no_shape_distances` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE, WITH_DIST
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE.replace(",700", ","), "stop_times.txt": WITH_DIST.format(end=2000), **ON_LINE},
        [
            ("stop_times.txt", 2, "shape_dist_traveled", "0"),
            ("stop_times.txt", 5, "shape_dist_traveled", "0"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "trip_with_shape_dist_traveled_but_no_shape_distances") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="trip_with_shape_dist_traveled_but_no_shape_distances"),
            "trip_with_shape_dist_traveled_but_no_shape_distances",
        )
        == []
    )
