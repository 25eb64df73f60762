"""`unused_station` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("0,ST", "0,")}, [("stops.txt", 2, "stop_id", "ST")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unused_station") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="unused_station"), "unused_station") == []
