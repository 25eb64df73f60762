"""`pathway_loop` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import PATHS, STATION
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": STATION, "pathways.txt": PATHS + "P,E,E,1,1\n"}, [("pathways.txt", 2, "to_stop_id", "E")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "pathway_loop") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["pathways"], only="pathway_loop"), "pathway_loop") == []
