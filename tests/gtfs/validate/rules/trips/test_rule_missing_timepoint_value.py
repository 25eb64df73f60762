"""`missing_timepoint_value` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stop_times.txt": ("08:05:30,S2,2,1", "08:05:30,S2,2,")}, [("stop_times.txt", 3, "timepoint", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_timepoint_value") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="missing_timepoint_value"), "missing_timepoint_value") == []
