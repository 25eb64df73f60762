"""`block_trips_with_overlapping_stop_times` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {
            "trips.txt": ("Toyosuna,,", "Toyosuna,K,"),
            "stop_times.txt": ("T2,09:00:00,09:00:00", "T2,08:09:00,08:09:00"),
        },
        [("trips.txt", 3, "trip_id", "T2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "block_trips_with_overlapping_stop_times") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="block_trips_with_overlapping_stop_times"),
            "block_trips_with_overlapping_stop_times",
        )
        == []
    )
