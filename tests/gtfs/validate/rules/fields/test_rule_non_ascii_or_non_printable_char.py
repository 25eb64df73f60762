"""`non_ascii_or_non_printable_char` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"trips.txt": ("W,T2", "W,便2"), "stop_times.txt": ("T2", "便2")},
        [
            ("stop_times.txt", 5, "trip_id", "便2"),
            ("stop_times.txt", 6, "trip_id", "便2"),
            ("stop_times.txt", 7, "trip_id", "便2"),
            ("trips.txt", 3, "trip_id", "便2"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "non_ascii_or_non_printable_char") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["fields"], only="non_ascii_or_non_printable_char"), "non_ascii_or_non_printable_char"
        )
        == []
    )
