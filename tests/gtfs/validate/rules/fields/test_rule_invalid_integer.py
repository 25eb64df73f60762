"""`invalid_integer` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": ("Line,3", "Line,bus")}, [("routes.txt", 2, "route_type", "bus")]),
    ({"stop_times.txt": ("S1,1,1\nT1", "S1,1.0,1\nT1")}, [("stop_times.txt", 2, "stop_sequence", "1.0")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_integer") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_integer"), "invalid_integer") == []
