"""`unsorted_stop_times` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {
            "stop_times.txt": (
                "T1,08:05:00,08:05:30,S2,2,1\nT1,08:10:00,08:10:00,S3,3,1\n",
                "T1,08:10:00,08:10:00,S3,3,1\nT1,08:05:00,08:05:30,S2,2,1\n",
            )
        },
        [("stop_times.txt", 2, "trip_id", "T1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unsorted_stop_times") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="unsorted_stop_times"), "unsorted_stop_times") == []
