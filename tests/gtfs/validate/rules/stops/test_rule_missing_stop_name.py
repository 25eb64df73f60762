"""`missing_stop_name` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("S2,Messe", "S2,")}, [("stops.txt", 4, "stop_name", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_stop_name") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="missing_stop_name"), "missing_stop_name") == []
