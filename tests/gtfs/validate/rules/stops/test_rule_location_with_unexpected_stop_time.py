"""`location_with_unexpected_stop_time` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,08:05:30,ST")},
        [("stop_times.txt", 3, "stop_id", "ST")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "location_with_unexpected_stop_time") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["stops"], only="location_with_unexpected_stop_time"),
            "location_with_unexpected_stop_time",
        )
        == []
    )
