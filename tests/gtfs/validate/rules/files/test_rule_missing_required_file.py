"""`missing_required_file` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": None}, [("routes.txt", 0, "", "")]),
    ({"stops.txt": None}, [("stops.txt", 0, "", "")]),
    (
        {"pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\nP,S1,S2,5,1\n"},
        [("levels.txt", 0, "", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_required_file") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="missing_required_file"), "missing_required_file") == []
