"""`missing_level_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import PATHS, STATION
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,S1,E,5,1\n"},
        [("stops.txt", 3, "level_id", ""), ("stops.txt", 6, "level_id", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_level_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["pathways"], only="missing_level_id"), "missing_level_id") == []
