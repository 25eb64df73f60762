"""`fast_travel_between_far_stops` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": ("35.6579,140.0272", "36.6579,140.0272")},
        [
            ("stop_times.txt", 4, "arrival_time", "08:10:00"),
            ("stop_times.txt", 7, "arrival_time", "09:10:00"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "fast_travel_between_far_stops") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["trips"], only="fast_travel_between_far_stops"), "fast_travel_between_far_stops")
        == []
    )
