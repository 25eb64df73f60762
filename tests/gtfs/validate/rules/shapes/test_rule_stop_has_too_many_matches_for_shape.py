"""`stop_has_too_many_matches_for_shape` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import ON_LINE, SHAPES
from fakes.right import RIGHT

CASES = [
    (
        {
            "shapes.txt": SHAPES
            + "".join(f"H,35.648{4 if k % 2 else 9},140.04{19 if k % 2 else 40},{k},\n" for k in range(1, 62))
            + "H,35.6480,140.0345,70,\nH,35.6579,140.0272,71,\n",
            **ON_LINE,
        },
        [("stop_times.txt", 2, "stop_id", "S1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_has_too_many_matches_for_shape") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["shapes"], only="stop_has_too_many_matches_for_shape"),
            "stop_has_too_many_matches_for_shape",
        )
        == []
    )
