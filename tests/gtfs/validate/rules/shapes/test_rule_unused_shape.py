"""`unused_shape` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import LINE
from fakes.right import RIGHT

CASES = [
    ({"shapes.txt": LINE}, [("shapes.txt", 2, "shape_id", "H")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unused_shape") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["shapes"], only="unused_shape"), "unused_shape") == []
