"""`stop_time_timepoint_without_times` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,,S2")},
        [("stop_times.txt", 3, "departure_time", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_time_timepoint_without_times") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="stop_time_timepoint_without_times"),
            "stop_time_timepoint_without_times",
        )
        == []
    )
