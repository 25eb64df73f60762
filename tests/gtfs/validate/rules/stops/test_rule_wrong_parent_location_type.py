"""`wrong_parent_location_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import S
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": S + "E,Gate,35.64,140.04,2,S2,\n"}, [("stops.txt", 6, "parent_station", "S2")]),
    ({"stops.txt": S + "E,Front,35.64,140.04,4,ST,\n"}, [("stops.txt", 6, "parent_station", "ST")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "wrong_parent_location_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["stops"], only="wrong_parent_location_type"), "wrong_parent_location_type") == []
    )
