"""`fast_travel_between_consecutive_stops` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": ("T1,08:10:00,08:10:00,S3", "T1,08:05:40,08:05:40,S3")},
        [("stop_times.txt", 4, "arrival_time", "08:05:40")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "fast_travel_between_consecutive_stops") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="fast_travel_between_consecutive_stops"),
            "fast_travel_between_consecutive_stops",
        )
        == []
    )
