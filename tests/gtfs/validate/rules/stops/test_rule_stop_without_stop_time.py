"""`stop_without_stop_time` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import S
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": S + "S4,Lonely,35.64,140.04,0,,\n"}, [("stops.txt", 6, "stop_id", "S4")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_without_stop_time") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="stop_without_stop_time"), "stop_without_stop_time") == []
