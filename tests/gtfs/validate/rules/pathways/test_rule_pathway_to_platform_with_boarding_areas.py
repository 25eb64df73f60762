"""`pathway_to_platform_with_boarding_areas` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import BOARDING, PATHS
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": BOARDING, "pathways.txt": PATHS + "P,E,S1,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "S1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "pathway_to_platform_with_boarding_areas") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["pathways"], only="pathway_to_platform_with_boarding_areas"),
            "pathway_to_platform_with_boarding_areas",
        )
        == []
    )
