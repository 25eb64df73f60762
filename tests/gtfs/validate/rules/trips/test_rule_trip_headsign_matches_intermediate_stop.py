"""`trip_headsign_matches_intermediate_stop` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"trips.txt": ("T2,Toyosuna", "T2,Messe")}, [("trips.txt", 3, "trip_headsign", "Messe")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "trip_headsign_matches_intermediate_stop") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="trip_headsign_matches_intermediate_stop"),
            "trip_headsign_matches_intermediate_stop",
        )
        == []
    )
