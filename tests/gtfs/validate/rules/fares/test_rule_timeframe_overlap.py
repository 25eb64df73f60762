"""`timeframe_overlap` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import FRAMES
from fakes.right import RIGHT

CASES = [
    (
        {"timeframes.txt": FRAMES + "G,08:00:00,10:00:00,W\nG,09:00:00,11:00:00,W\n"},
        [("timeframes.txt", 3, "start_time", "09:00:00")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "timeframe_overlap") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fares"], only="timeframe_overlap"), "timeframe_overlap") == []
