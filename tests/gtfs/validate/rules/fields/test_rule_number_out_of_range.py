"""`number_out_of_range` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("35.6480,140.0345", "140.0345,35.6480")}, [("stops.txt", 4, "stop_lat", "140.0345")]),
    (
        {"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,08:00:00,09:00:00,0\n"},
        [("frequencies.txt", 2, "headway_secs", "0")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "number_out_of_range") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="number_out_of_range"), "number_out_of_range") == []
