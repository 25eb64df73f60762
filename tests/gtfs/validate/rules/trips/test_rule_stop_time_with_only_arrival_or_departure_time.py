"""`stop_time_with_only_arrival_or_departure_time` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2,2,1", "T1,08:05:00,,S2,2,0")},
        [("stop_times.txt", 3, "arrival_time", "08:05:00")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_time_with_only_arrival_or_departure_time") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="stop_time_with_only_arrival_or_departure_time"),
            "stop_time_with_only_arrival_or_departure_time",
        )
        == []
    )
