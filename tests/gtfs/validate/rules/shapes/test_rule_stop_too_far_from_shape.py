"""`stop_too_far_from_shape` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE, ON_LINE
from fakes.right import RIGHT

CASES = [
    (
        {"shapes.txt": LINE.replace("35.6480,140.0345", "35.6440,140.0345"), **ON_LINE},
        [("stop_times.txt", 3, "stop_id", "S2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_too_far_from_shape") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["shapes"], only="stop_too_far_from_shape"), "stop_too_far_from_shape") == []
