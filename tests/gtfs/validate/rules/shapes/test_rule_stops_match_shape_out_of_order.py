"""`stops_match_shape_out_of_order` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import ON_LINE, SHAPES
from fakes.right import RIGHT

CASES = [
    (
        {
            "shapes.txt": SHAPES + "H,35.6579,140.0272,1,\nH,35.6480,140.0345,2,\nH,35.6484,140.0419,3,\n",
            **ON_LINE,
        },
        [("stop_times.txt", 3, "stop_id", "S2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stops_match_shape_out_of_order") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="stops_match_shape_out_of_order"), "stops_match_shape_out_of_order"
        )
        == []
    )
