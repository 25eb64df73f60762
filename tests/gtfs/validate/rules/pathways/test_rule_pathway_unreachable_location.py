"""`pathway_unreachable_location` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import PATHS, STATION
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,N,1,1\nQ,N,S1,1,0\n"},
        [("stops.txt", 3, "stop_id", "S1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "pathway_unreachable_location") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["pathways"], only="pathway_unreachable_location"), "pathway_unreachable_location")
        == []
    )
