"""`station_with_parent_station` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import S
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": S + "ST2,Big Station,35.64,140.04,1,ST,\n"}, [("stops.txt", 6, "parent_station", "ST")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "station_with_parent_station") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["stops"], only="station_with_parent_station"), "station_with_parent_station")
        == []
    )
