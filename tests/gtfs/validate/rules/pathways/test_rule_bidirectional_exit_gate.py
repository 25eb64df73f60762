"""`bidirectional_exit_gate` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import PATHS, STATION
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,S1,E,7,1\n"},
        [("pathways.txt", 2, "is_bidirectional", "1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "bidirectional_exit_gate") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["pathways"], only="bidirectional_exit_gate"), "bidirectional_exit_gate") == []
