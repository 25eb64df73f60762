"""`missing_trip_edge` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": ("T1,08:00:00,08:00:00,S1,1,1", "T1,,,S1,1,0")},
        [("stop_times.txt", 2, "arrival_time", ""), ("stop_times.txt", 2, "departure_time", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_trip_edge") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="missing_trip_edge"), "missing_trip_edge") == []
