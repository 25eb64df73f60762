"""`unused_trip` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import TRIPS
from fakes.right import RIGHT

CASES = [
    ({"trips.txt": TRIPS + "R,W,T3,Toyosuna,,\n"}, [("trips.txt", 4, "trip_id", "T3")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unused_trip") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["trips"], only="unused_trip"), "unused_trip") == []
