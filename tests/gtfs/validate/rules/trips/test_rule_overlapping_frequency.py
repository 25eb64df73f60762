"""`overlapping_frequency` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {
            "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,10:00:00,12:00:00,600\nT1,08:00:00,10:00:01,600\n"
        },
        [("frequencies.txt", 2, "start_time", "10:00:00")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "overlapping_frequency") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="overlapping_frequency"), "overlapping_frequency") == []
