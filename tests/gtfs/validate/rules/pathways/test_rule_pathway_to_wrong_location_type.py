"""`pathway_to_wrong_location_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import PATHS, STATION
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,ST,1,1\nQ,E,S1,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "ST")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "pathway_to_wrong_location_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["pathways"], only="pathway_to_wrong_location_type"), "pathway_to_wrong_location_type"
        )
        == []
    )
